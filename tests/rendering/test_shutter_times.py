"""Pictures that take time: what stands still does not notice, and labels go with the colours."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import rendering
from twin.geometry import FloatArray
from twin.look import Look
from twin.moments import Moments
from twin.rendering.base import Frame
from twin.scene import Motion, Scene, Shape
from twin.studio import Studio
from twin.testing.rendering_stage import CAMERA, box, same, stage, thing

POST = thing(1, Shape.BOX, (0.3, 0.3, 1.5), (3, 0, 0), motion=Motion.KINEMATIC, material="red")
SCENE: Scene = stage(POST, box(2, (6, 0, 0), (0.1, 4, 4)))


def moved(to_left: float) -> FloatArray:
    poses = SCENE.initial_poses.copy()
    poses[0, 1] += to_left
    return poses


def taken(look: Look, before: float, now: float) -> Frame:
    with rendering.create(SCENE, "rays") as renderer:
        return Studio(renderer).take(Moments(moved(before), moved(now), 0.1), CAMERA, look, 1.0)


@pytest.mark.parametrize("look", [Look(readout=0.05), Look(exposure=0.05, readout=0.02)], ids=["rows", "both"])
def test_what_stands_still_looks_as_in_an_instant(look: Look) -> None:
    slow, instant = taken(look, 0.0, 0.0), taken(Look(), 0.0, 0.0)
    assert np.array_equal(slow.instance, instant.instance)
    assert np.array_equal(slow.depth, instant.depth)
    assert abs(slow.rgb.astype(int) - instant.rgb).max() <= 1  # light is added up and written down again
    if not look.exposure:
        assert same(slow, instant)


def test_rows_that_are_read_earlier_show_what_was_earlier() -> None:
    # Left in the world is left in the image; over the whole readout the box comes 0.5 m from there.
    frame = taken(Look(readout=0.1), 0.5, 0.0)
    columns = [np.flatnonzero(row == 1).mean() for row in frame.instance if (row == 1).any()]
    assert columns[-1] - columns[0] > 4
    assert (np.diff(columns) >= -1e-9).all()
    instant = taken(Look(), 0.5, 0.0)
    assert np.array_equal(frame.instance[-1], taken(Look(), 0.5 / 16, 0.5 / 16).instance[-1])
    assert not np.array_equal(frame.instance, instant.instance)


def test_an_open_shutter_smears_colours_and_leaves_ids_whole() -> None:
    blurred, middle = taken(Look(exposure=0.1), 0.4, 0.0), taken(Look(), 0.2, 0.2)
    assert np.array_equal(blurred.instance, middle.instance)
    assert np.array_equal(blurred.depth, middle.depth)
    shades = [len(np.unique(frame.rgb[24], axis=0)) for frame in (blurred, middle)]
    assert shades[0] >= shades[1] + 3  # the box is there in some of the moments


def test_moments_between_are_on_the_way() -> None:
    moments = Moments(moved(1.0), moved(0.0), 0.1)
    np.testing.assert_allclose(moments.ago(0.025), moved(0.25))
    np.testing.assert_array_equal(moments.ago(0.0), moved(0.0))
    np.testing.assert_allclose(moments.ago(9.0), moved(1.0))
    turned = replace(moments, before=moments.before * [1, 1, 1, -1, -1, -1, -1])
    np.testing.assert_allclose(turned.ago(0.05), moments.ago(0.05))


@given(st.floats(0, 0.2), st.integers(0, 2**32 - 1))
def test_what_stands_still_is_where_it_is_to_the_bit(seconds: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    now = rng.normal(size=(6, 7))
    now[:, 3:] /= np.linalg.norm(now[:, 3:], axis=1, keepdims=True)
    before = now.copy()
    before[0, :2] += 0.1
    ago = Moments(before, now, 0.1).ago(seconds)
    assert np.array_equal(ago[1:], now[1:])
    np.testing.assert_allclose(ago[0], now[0] + min(seconds / 0.1, 1) * (before[0] - now[0]), atol=1e-9)
