"""The camera that took a photo: its horizon is found, and floor and pixels belong together."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendered_photos import AISLE, DOCK, HALL, Shot, save, take

import factories
from training.composite import horizon, photos
from training.composite.about import About
from training.composite.photos import Photo
from training.composite.view import View, view_of
from twin import rendering
from twin.errors import InputError

SIZE = (480, 320)


def blank(size: tuple[int, int] = SIZE, focal: float | None = None) -> Photo:
    return Photo(Path("photo.png"), "0" * 64, np.zeros((size[1], size[0], 3), np.uint8), focal)


@pytest.mark.parametrize("shot", [AISLE, HALL, DOCK], ids=lambda shot: shot.layout)
def test_the_horizon_of_a_photo_is_found(shot: Shot) -> None:
    truth = shot.horizon(*SIZE)
    focal = shot.camera(*SIZE).lens.fx
    rgb = take(shot, *SIZE)
    known = horizon.estimate(rgb, focal)
    assert known is not None
    assert np.allclose((known.left, known.right), truth, atol=0.02)  # of the height
    guessed = horizon.estimate(rgb, 0.78 * SIZE[0], guessed=True)
    assert guessed is not None
    assert np.allclose((guessed.left, guessed.right), truth, atol=0.03)
    assert guessed.focal is None or guessed.focal == pytest.approx(focal, rel=0.15)


@pytest.mark.slow
def test_the_horizons_of_many_photos_are_found() -> None:
    """The figures of docs/composite.md."""
    rng = np.random.default_rng(3)
    errors: dict[bool, list[float]] = {True: [], False: []}
    for layout in factories.names():
        for shot in islice(shots(layout, rng), 4):
            rgb = take(shot, 960, 640, noise=5.0)
            truth = np.mean(shot.horizon(960, 640))
            for guessed, focal in ((False, shot.camera(960, 640).lens.fx), (True, 0.78 * 960)):
                found = horizon.estimate(rgb, focal, guessed=guessed)
                errors[guessed].append(abs((found.left + found.right) / 2 - truth) if found else 1.0)
    for found in errors.values():
        print(np.median(found), np.percentile(found, 90), len(found))
        assert np.median(found) < 0.01
        assert np.mean(np.array(found) < 0.03) > 0.8


def shots(layout: str, rng: np.random.Generator) -> Iterator[Shot]:
    """Of places that see far."""
    bounds = factories.load(layout).bounds
    with rendering.create(factories.build(factories.load(layout)), quality="fast") as renderer:
        while True:
            x, y = rng.uniform(bounds[0] + 1, bounds[2] - 1), rng.uniform(bounds[1] + 1, bounds[3] - 1)
            yaw = float(rng.integers(4)) * np.pi / 2 + rng.normal(0, 0.3)
            height, pitch, fov = rng.uniform(1.0, 2.2), rng.uniform(-0.02, 0.3), rng.uniform(0.75, 1.1)
            shot = Shot(layout, x, y, yaw, height, pitch, rng.normal(0, 0.03), fov)
            depth = renderer.render(renderer.scene.initial_poses, shot.camera(96, 64)).depth
            if np.percentile(depth[40:], 5) > 1.5 and (depth > 0).mean() > 0.8:
                yield shot


def test_noise_has_no_horizon() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    assert horizon.estimate(noise, 300.0) is None
    assert horizon.estimate(np.full((300, 400, 3), 90, np.uint8), 300.0) is None


views = st.builds(
    lambda left, right, height, fov: view_of(blank(), About(horizon=(left, right), camera_height=height, fov=fov)),
    st.floats(-0.3, 0.7),
    st.floats(-0.3, 0.7),
    st.floats(0.3, 6),
    st.floats(0.4, 1.6),
)


@settings(max_examples=60)
@given(view=views, x=st.floats(0, 479), y=st.floats(0, 319))
def test_floor_and_pixels_are_each_others_inverse(view: View, x: float, y: float) -> None:
    point = view.ground([x, y])
    if np.isfinite(point).all() and np.linalg.norm(point) < 1000:
        np.testing.assert_allclose(view.pixel([*point, 0.0]), [x, y], atol=1e-5)


@settings(max_examples=40)
@given(left=st.floats(-0.3, 0.7), right=st.floats(-0.3, 0.7), fov=st.floats(0.4, 1.6))
def test_what_is_far_away_at_the_height_of_the_camera_is_on_the_horizon(left: float, right: float, fov: float) -> None:
    view = view_of(blank(), About(horizon=(left, right), camera_height=2.0, fov=fov))
    for y in (-3e5, 0.0, 2e5):
        pixel = view.pixel([1e6, y, 2.0])
        share = pixel[0] / (SIZE[0] - 1)
        assert pixel[1] + 0.5 == pytest.approx(SIZE[1] * (left + share * (right - left)), abs=1e-3)
    assert np.isnan(view.ground([0.0, left * SIZE[1] - 1.0])).all()
    assert np.isnan(view.ground([479.0, right * SIZE[1] - 1.0])).all()


@settings(max_examples=40)
@given(view=views, width=st.integers(100, 900), height=st.integers(100, 900))
def test_cutting_a_photo_does_not_move_the_floor(view: View, width: int, height: int) -> None:
    seen = view.looking_at((width, height))
    point = np.array([6.0, 0.4, 0.0])
    scale = max(width / SIZE[0], height / SIZE[1])
    whole = np.rint(np.array(SIZE) * scale)
    expected = (view.pixel(point) + 0.5) * whole / SIZE - 0.5 - (whole - (width, height)) // 2
    np.testing.assert_allclose(seen.pixel(point), expected, atol=1e-6)


def test_who_says_what_counts_most() -> None:
    general = About(horizon=0.4, camera_height=2.0, fov=1.0)
    view = view_of(blank(focal=900.0), About(camera_height=1.0).over(general))
    assert view.height == 1.0
    assert view.sources == {"horizon": "given", "camera_height": "given", "fov": "given"}
    assert view.lens.fy == pytest.approx(160 / np.tan(0.5))
    assert view_of(blank(focal=900.0), About(horizon=0.4)).lens.fx == 900.0
    assumed = view_of(blank(), About(horizon=0.4)).sources
    assert assumed == {"horizon": "given", "camera_height": "assumed", "fov": "guessed"}


def test_a_horizon_that_is_not_found_says_what_to_give() -> None:
    with pytest.raises(InputError, match=r"photo\.png: no horizon was found, .* --horizon, or 'horizon: 0\.4'"):
        view_of(blank(), About())
    with pytest.raises(InputError, match=r"horizon 0\.97: there is no floor below it"):
        view_of(blank(), About(horizon=0.97))


def test_exif_tells_the_lens_and_which_way_is_up(tmp_path: Path) -> None:
    from PIL import Image

    upright = save(take(DOCK, 240, 160), tmp_path / "upright.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0xA405] = 26
    with Image.open(upright) as image:
        image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "side.png", exif=exif)
    side = photos.load(tmp_path / "side.png")
    np.testing.assert_array_equal(side.rgb, photos.load(upright).rgb)
    assert side.focal == pytest.approx(26 * np.hypot(240, 160) / np.hypot(36, 24))
    assert photos.load(upright).focal is None
