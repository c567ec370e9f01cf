"""Lenses keep to OpenCV's models, in both directions."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError
from twin.lenses import Distortion, Lens, bends, pixel_rays, project, unproject
from twin.optics import WIDEST, reach

BROWN = st.builds(
    lambda k1, k2, p1, p2, k3: Distortion("brown_conrady", (k1, k2, p1, p2, k3)),
    st.floats(-0.2, 0.3), st.floats(0.02, 0.1), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01), st.floats(0, 0.05),
)  # fmt: skip
FISHEYE = st.builds(
    lambda *k: Distortion("fisheye", k),
    st.floats(-0.03, 0.1), st.floats(-0.01, 0.02), st.floats(-0.001, 0.005), st.floats(0, 0.001),
)  # fmt: skip
LENSES = st.builds(
    Lens, st.just(64), st.just(48), st.floats(30, 80), st.floats(30, 80), st.floats(25, 38), st.floats(18, 29),
    distortion=st.one_of(st.none(), BROWN, FISHEYE),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(LENSES)
def test_every_pixel_that_looks_somewhere_is_where_its_ray_arrives(lens: Lens):
    rays = pixel_rays(lens)
    seen = ~np.isnan(rays[..., 2])
    assert seen[18:30, 26:38].all()
    assert np.allclose(rays[seen][:, 2], 1.0)
    pixels = np.stack(np.meshgrid(np.arange(64.0), np.arange(48.0)), axis=-1)
    depth = np.random.default_rng(0).uniform(0.1, 30, (48, 64, 1))
    assert np.allclose(project(lens, rays * depth)[seen], pixels[seen], atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(LENSES, st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), st.floats(0.1, 50))
def test_every_point_that_is_seen_lies_on_the_ray_of_its_pixel(lens: Lens, slopes: tuple[float, float], depth: float):
    point = np.array([*slopes, 1.0]) * depth
    assert np.allclose(unproject(lens, project(lens, point)) * depth, point, rtol=1e-5, atol=1e-6)


def test_straight_lines_bend_as_opencv_says():
    points = np.stack([np.linspace(-1.5, 1.5, 31), np.full(31, 0.8), np.full(31, 2.0)], axis=-1)
    lens = Lens(distortion=Distortion("brown_conrady", (-0.2, 0.05, 0.003, -0.002, 0.0)))
    k, still = lens.matrix(), np.zeros(3)
    expected, _ = cv2.projectPoints(points, still, still, k, np.array(lens.distortion.coefficients))
    assert np.allclose(project(lens, points), expected[:, 0], atol=1e-9)
    assert np.ptp(project(lens, points)[:, 1]) > 2  # a pinhole shows a row
    fisheye = replace(lens, distortion=Distortion("fisheye", (0.05, -0.01, 0.002, 0.0)))
    expected, _ = cv2.fisheye.projectPoints(points[:, None], still, still, k, np.array(fisheye.distortion.coefficients))
    assert np.allclose(project(fisheye, points), expected[:, 0], atol=1e-9)


def test_a_fisheye_without_coefficients_is_even_in_angle_and_no_pinhole():
    lens = Lens(fx=100.0, fy=100.0, cx=64.0, cy=64.0, distortion=Distortion("fisheye", (0.0, 0.0, 0.0, 0.0)))
    angles = np.linspace(0, 1.5, 16)
    points = np.stack([np.sin(angles), np.zeros(16), np.cos(angles)], axis=-1)
    assert np.allclose(project(lens, points)[:, 0], 64 + 100 * angles)
    assert bends(lens)
    assert not bends(replace(lens, distortion=Distortion("brown_conrady", (0.0,) * 5)))
    assert not bends(Lens())


def test_fisheye_radii_beyond_a_right_angle_are_told_apart():
    """OpenCV's own inverse takes them all for pi / 2."""
    lens = Lens(fx=30.0, fy=30.0, distortion=Distortion("fisheye", (0.1, 0.0, 0.0, 0.0)))
    points = np.array([[np.tan(angle), 0.0, 1.0] for angle in (1.35, 1.45, 1.5)])
    assert (project(lens, points)[:, 0] - lens.cx > 30 * np.pi / 2).all()
    assert np.allclose(unproject(lens, project(lens, points)), points, rtol=1e-5)


def test_what_a_lens_cannot_see_is_not_a_number():
    barrel = Distortion("brown_conrady", (-0.3, 0.0, 0.0, 0.0, 0.0))
    lens = Lens(distortion=barrel)
    edge = np.tan(reach(barrel))
    assert edge == pytest.approx(np.sqrt(1 / 0.9))
    assert np.isfinite(project(lens, [0.99 * edge, 0, 1])).all()
    assert np.isnan(project(lens, [[1.01 * edge, 0, 1], [0, 0, -1], [0.1, 0, 0]])).all()
    assert reach(Distortion("brown_conrady", (0.1, 0.0, 0.0, 0.0, 0.0))) == WIDEST


@pytest.mark.parametrize(
    ("model", "coefficients", "message"),
    [
        ("brown_conrady", (0.1, 0.2), r"brown_conrady takes 5 finite coefficients, k1 k2 p1 p2 k3, not \[0.1, 0.2\]"),
        ("fisheye", (0.1, 0.2, 0.3, float("nan")), "fisheye takes 4 finite coefficients"),
        ("fish_eye", (0.1,), "unknown distortion model 'fish_eye'; did you mean 'fisheye'?"),
    ],
)
def test_impossible_distortions_are_refused(model: str, coefficients: tuple[float, ...], message: str):
    with pytest.raises(InputError, match=message):
        Distortion(model, coefficients)  # type: ignore[arg-type]


def test_resizing_keeps_what_is_seen():
    lens = Lens(64, 48, 50.0, 40.0, 30.0, 25.0, distortion=Distortion("fisheye", (0.02, 0.01, 0.0, 0.0)))
    double = lens.resized(128, 96)
    corners = np.array([[-0.5, -0.5], [63.5, 47.5]])
    assert np.allclose(unproject(lens, corners), unproject(double, 2 * corners + 0.5))
