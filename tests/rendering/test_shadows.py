"""Shadows: dark where something stands before the light, and leaving out what throws none into the picture is free."""

from dataclasses import replace

import numpy as np
import pytest

from twin import rendering
from twin.geometry import FloatArray
from twin.rendering import shadow_view
from twin.rendering.base import Frame
from twin.scene import Camera, Light, Motion, Pose, Scene, Shape
from twin.testing.rendering_stage import LENS, stage, thing

SUN = Light("directional", direction=(0.5, 0.3, -0.8), casts_shadow=True)
LAMP = Light("spot", (0.0, 0.0, 5.0), (0.0, 0.0, -1.0), intensity=3.0, cutoff=1.2, casts_shadow=True)
LIGHTS = pytest.mark.parametrize("light", [SUN, LAMP], ids=["sun", "lamp"])
ABOVE = Camera("above", pose=Pose((3.0, 0.0, 4.5), (0.0, 1.0, 0.0, 0.0)), lens=LENS)


def lit(light: Light, motion: Motion, seed: int = 0) -> Scene:
    """Twenty boxes over a floor."""
    rng = np.random.default_rng(seed)
    spots = [(float(x), float(y), float(z)) for x, y, z in rng.uniform([-8, -8, 0.3], [8, 8, 2.0], (20, 3))]
    boxes = [thing(k + 1, Shape.BOX, (0.3, 0.3, 0.3), spot, motion=motion) for k, spot in enumerate(spots)]
    scene = stage(thing(99, Shape.PLANE, (12, 12, 1), (0, 0, 0)), *boxes)
    return replace(scene, lights=(light,))


def drawn(scene: Scene, cameras: list[Camera]) -> list[Frame]:
    with rendering.create(scene, "raster") as renderer:
        return renderer.render_many([(scene.initial_poses, camera) for camera in cameras])


@LIGHTS
@pytest.mark.parametrize("motion", [Motion.STATIC, Motion.FREE], ids=["still", "moving"])
def test_the_floor_is_dark_where_a_box_stands_before_the_light(light: Light, motion: Motion) -> None:
    box = thing(1, Shape.BOX, (0.3, 0.3, 0.1), (2.4, 0.0, 1.5), motion=motion)
    floor = thing(2, Shape.PLANE, (12, 12, 1), (0, 0, 0), material="red")
    with_box, without = (drawn(replace(stage(*b), lights=(light,)), [ABOVE])[0] for b in ((floor, box), (floor,)))
    shaded = with_box.rgb.sum(axis=2).astype(int) < without.rgb.sum(axis=2).astype(int) - 60
    shaded &= with_box.instance == 2
    assert shaded.sum() > 20
    rows, columns = np.nonzero(shaded)
    middle = _floor_point(float(columns.mean()), float(rows.mean()))
    away = np.array([2.4, 0.0, 1.5]) - light.position if light.kind == "spot" else np.array(light.direction)
    wanted = np.array([2.4, 0.0]) + away[:2] * 1.5 / -away[2]
    assert np.abs(middle - wanted).max() < 0.4


def _floor_point(u: float, v: float) -> FloatArray:
    """Where a pixel of ``ABOVE`` looks at the floor."""
    return np.array([3.0 + 4.5 * (u - LENS.cx) / LENS.fx, -4.5 * (v - LENS.cy) / LENS.fy])


@LIGHTS
def test_leaving_out_what_throws_no_shadow_into_the_picture_changes_nothing(
    light: Light, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = (0.5, -0.5, 0.5, -0.5)
    turns = [(0.0, 1.0, 0.0, 0.0), ahead]
    cameras = [
        Camera(f"eye{k}", pose=Pose((x, -x / 2, 1.8), turn), lens=LENS)
        for k, (x, turn) in enumerate((x, turn) for x in (-5.0, -2.0, 1.0, 4.0) for turn in turns)
    ]
    scene = lit(light, Motion.FREE)
    found = drawn(scene, cameras)
    monkeypatch.setattr(shadow_view, "towards_camera", lambda *given: np.ones(len(given[2]), bool))
    for frame, whole in zip(found, drawn(scene, cameras), strict=True):
        assert np.array_equal(frame.rgb, whole.rgb)
