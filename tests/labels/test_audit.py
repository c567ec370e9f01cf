"""Each check of a frame finds the faults that are planted for it; sound frames of every shipped factory pass."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

import factories
import robots
from twin import geometry, rendering
from twin.geometry import FloatArray
from twin.labels import LabelInput
from twin.labels.audit import CHECKS, check
from twin.lenses import Distortion
from twin.rendering.base import Frame
from twin.scene import Pose, Scene

VIEWS = {
    "assembly_line": (10.0, 9.5, 1.0),
    "cross_dock": (8.0, 7.0, -2.4),
    "narrow_aisles": (6.5, 6.0, -2.5),
    "small_warehouse": (7.5, 10.5, -1.9),
}
LEFT_RIGHT = (slice(None), slice(None, None, -1))
UPSIDE_DOWN = (slice(None, None, -1),)


def shots(scene: Scene, poses: list[FloatArray], distortion: Distortion | None = None) -> Iterator[LabelInput]:
    """What the robot's camera sees at 128 x 128, depth in whole millimetres as it is stored."""
    camera = next(c for c in scene.cameras if c.name.startswith("robot/"))
    camera = replace(camera, lens=replace(camera.lens.resized(128, 128), distortion=distortion))
    with rendering.create(scene) as renderer:
        for placed in poses:
            frame = renderer.render(placed, camera)
            depth = (np.rint(frame.depth * 1000) / 1000).astype(np.float32)
            yield LabelInput(replace(frame, depth=depth), scene, placed, camera)


def standing(layout: str, *places: tuple[float, float, float]) -> tuple[Scene, list[FloatArray]]:
    """A factory with the robot at each of the places, x, y, heading."""
    scene = factories.build(factories.load(layout), robots.load("amr"), Pose.planar(0.0, 0.0))
    own = [i for i, body in enumerate(scene.bodies) if body.name.startswith("robot")]
    made = []
    for x, y, yaw in places:
        poses = scene.initial_poses.copy()
        poses[own] = geometry.compose(geometry.planar_pose(x, y, yaw), poses[own])
        made.append(poses)
    return scene, made


@pytest.mark.parametrize("layout", VIEWS)
def test_sound_frames_pass(layout: str) -> None:
    x0, y0, x1, y1 = factories.load(layout).bounds
    rng = np.random.default_rng(7)
    places = [tuple(rng.uniform((x0 + 1, y0 + 1, -3.1), (x1 - 1, y1 - 1, 3.1))) for _ in range(12)]
    scene, poses = standing(layout, VIEWS[layout], *places)
    for seen in shots(scene, poses):
        assert [str(problem) for problem in check(seen)] == []


@pytest.mark.parametrize("model", ["brown_conrady", "fisheye"])
def test_sound_frames_of_lenses_that_bend_lines_pass(model: str) -> None:
    lens = Distortion(model, (-0.2, 0.05, 0.001, -0.001, 0.0) if model == "brown_conrady" else (0.02, 0.0, 0.0, 0.0))  # type: ignore[arg-type]
    for layout, view in VIEWS.items():
        for seen in shots(*standing(layout, view), lens):
            assert [str(problem) for problem in check(seen)] == []


@pytest.fixture(scope="module")
def seen() -> LabelInput:
    return next(shots(*standing("small_warehouse", VIEWS["small_warehouse"])))


@pytest.fixture(scope="module")
def later(seen: LabelInput) -> Frame:
    """The frame of one control step later, at 0.8 m/s and 0.3 rad/s."""
    x, y, yaw = VIEWS["small_warehouse"]
    return next(shots(*standing("small_warehouse", (x + 0.08 * np.cos(yaw), y + 0.08 * np.sin(yaw), yaw + 0.03)))).frame


def turned(frame: Frame, by: tuple[slice, ...], *images: str) -> Frame:
    return replace(frame, **{name: np.ascontiguousarray(getattr(frame, name)[by]) for name in images})


Plant = Callable[[LabelInput], LabelInput]


def of_frame(change: Callable[[Frame], Frame]) -> Plant:
    return lambda seen: replace(seen, frame=change(seen.frame))


def scaled(factor: float) -> Plant:
    return of_frame(lambda frame: replace(frame, depth=(frame.depth * factor).astype(np.float32)))


def painted(value: int) -> Plant:
    def change(frame: Frame) -> Frame:
        image = frame.instance.copy()
        image[5, 6] = value
        return replace(frame, instance=image)

    return of_frame(change)


def hole(frame: Frame) -> Frame:
    depth = frame.depth.copy()
    depth[np.nonzero(frame.instance)[0][0], np.nonzero(frame.instance)[1][0]] = 0
    return replace(frame, depth=depth)


def not_a_number(frame: Frame) -> Frame:
    depth = frame.depth.copy()
    depth[3, 4] = np.nan
    return replace(frame, depth=depth)


def of_lens(**change: float) -> Plant:
    return lambda seen: replace(seen, camera=replace(seen.camera, lens=replace(seen.camera.lens, **change)))  # type: ignore[arg-type]


def moved(x: float, yaw: float) -> Plant:
    """The robot and its camera stand elsewhere than when the frame was drawn."""

    def change(seen: LabelInput) -> LabelInput:
        poses = seen.poses.copy()
        own = [i for i, body in enumerate(seen.scene.bodies) if body.name.startswith("robot")]
        root = poses[seen.scene.body_index["robot"]].copy()
        there = geometry.compose(root, geometry.planar_pose(x, 0.0, yaw))
        poses[own] = geometry.compose(there, geometry.compose(geometry.inverse(root), poses[own]))
        return replace(seen, poses=poses)

    return change


def twice(seen: LabelInput) -> LabelInput:
    """Two objects with one id."""
    first, second, *others = seen.scene.instances
    return replace(seen, scene=replace(seen.scene, instances=(first, replace(second, id=first.id), *others)))


def strange_class(seen: LabelInput) -> LabelInput:
    first, *others = seen.scene.instances
    return replace(seen, scene=replace(seen.scene, instances=(replace(first, class_name="unicorn"), *others)))


FAULTS: dict[str, tuple[str, Plant, str]] = {
    "unknown id": ("ids", painted(60_000), "the instance id 60000, which scene 'small_warehouse' does not have"),
    "one id twice": ("ids", twice, "2 objects of scene 'small_warehouse' have the id 1"),
    "class not in the taxonomy": ("ids", strange_class, "the class 'unicorn' of 'floor' is not in the taxonomy"),
    "hole in depth": ("depth_and_mask", of_frame(hole), "1 labelled pixels have no depth"),
    "depth not a number": ("depth_and_mask", of_frame(not_a_number), "1 pixels are negative or not finite"),
    "millimetres": ("depth_and_mask", scaled(1000.0), "m: millimetres read as metres?"),
    "metres as millimetres": ("depth_and_mask", scaled(0.001), "m: metres read as millimetres?"),
    "feet": ("depth_and_mask", scaled(1 / 0.3048), "m: feet read as metres?"),
    "depth 2 % too long": ("pose_and_reprojection", scaled(1.02), "lie off its surface"),
    "one mask pixel of another object": ("box_and_mask", painted(30), "shows, but it lies behind the camera"),
    "everything mirrored": (
        "box_and_mask",
        of_frame(lambda f: turned(f, LEFT_RIGHT, "rgb", "depth", "instance")),
        "px out of its box",
    ),
    "everything upside down": (
        "pose_and_reprojection",
        of_frame(lambda f: turned(f, UPSIDE_DOWN, "rgb", "depth", "instance")),
        "lie off its surface",
    ),
    "ids mirrored": ("depth_and_mask", of_frame(lambda f: turned(f, LEFT_RIGHT, "instance")), "its box spans"),
    "depth mirrored": ("pose_and_reprojection", of_frame(lambda f: turned(f, LEFT_RIGHT, "depth")), "lie off"),
    "picture mirrored": (
        "rgb_and_mask",
        of_frame(lambda f: turned(f, LEFT_RIGHT, "rgb")),
        "only when mirrored left to right",
    ),
    "picture upside down": ("rgb_and_mask", of_frame(lambda f: turned(f, UPSIDE_DOWN, "rgb")), "only when upside down"),
    "blue, green, red": (
        "rgb_and_materials",
        of_frame(lambda f: replace(f, rgb=f.rgb[..., ::-1].copy())),
        "red and blue are exchanged",
    ),
    "focal length 5 % off": ("pose_and_reprojection", of_lens(fx=80.0, fy=80.0), "lie off its surface"),
    "optical axis 3 px off": ("box_and_mask", of_lens(cx=66.5), "px out of its box"),
    "robot 8 cm on": ("pose_and_reprojection", moved(0.08, 0.0), "lie off its surface"),
    "robot turned by 2 degrees": ("box_and_mask", moved(0.0, 0.035), "px out of its box"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_found(fault: str, seen: LabelInput) -> None:
    name, plant, message = FAULTS[fault]
    found = [str(problem) for problem in check(plant(seen)) if problem.check == name]
    assert found
    assert any(message in text for text in found), found


def test_every_check_has_a_fault() -> None:
    assert {name for name, _, _ in FAULTS.values()} == set(CHECKS)


@pytest.mark.parametrize("images", [("instance",), ("depth",), ("instance", "depth", "rgb")])
def test_images_of_the_step_before_are_found(images: tuple[str, ...], seen: LabelInput, later: Frame) -> None:
    mixed = replace(seen.frame, **{name: getattr(later, name) for name in images})
    assert check(replace(seen, frame=mixed))


def test_a_moved_object_is_found(seen: LabelInput) -> None:
    loose = [i for i in seen.scene.instances if i.class_name == "carton" and i.id in set(seen.ids.tolist())]
    biggest = max(loose, key=lambda i: seen.visible.pixels[seen.ids.tolist().index(i.id)])
    poses = seen.poses.copy()
    poses[seen.scene.body_index[biggest.body], :2] += 0.06
    found = check(replace(seen, poses=poses))
    assert found
    assert all(biggest.name in problem.message for problem in found)


def test_problems_name_the_image(seen: LabelInput) -> None:
    (problem,) = check(painted(60_000)(seen))
    assert str(problem).startswith("ids: instance: the image shows the instance id 60000")
