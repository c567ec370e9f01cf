"""Keypoints, normals, flow and what objects drawn alone tell, against what is worked out otherwise."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import factories
import robots
from twin import geometry, labels, rendering
from twin.errors import InputError
from twin.labels import LABELS, LabelInput
from twin.lenses import Distortion, Lens, pixel_rays, project
from twin.rendering.base import Renderer
from twin.scene import Body, Camera, Geom, Instance, Motion, Pose, Scene, Shape
from twin.testing.rendering_stage import AHEAD

LENS = Lens.from_fov(120, 90, 1.0)
EYE = Camera("eye", "carrier", Pose((0.0, 0.0, 0.5), AHEAD), LENS)


def stage(*things: tuple[str, Pose, tuple[float, float, float]]) -> Scene:
    """Boxes before a camera on a carrier: class, place, full size. The corners high in x are keypoints."""
    bodies, instances = [Body("carrier", motion=Motion.KINEMATIC)], []
    for number, (kind, pose, size) in enumerate(things, start=1):
        half = (size[0] / 2, size[1] / 2, size[2] / 2)
        points = tuple(
            (f"{y}{z}", (x * half[0], y * half[1], z * half[2])) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)
        )
        bodies.append(Body(f"b{number}", pose, (Geom(Shape.BOX, half),), Motion.KINEMATIC, instance=number))
        instances.append(Instance(number, f"b{number}", kind, f"b{number}", (0, 0, 0), size, points))
    return Scene("stage", tuple(bodies), tuple(instances), cameras=(EYE,))


def look(renderer: Renderer, scene: Scene, camera: Camera = EYE, after: np.ndarray | None = None) -> LabelInput:  # type: ignore[type-arg]
    poses = scene.initial_poses
    return LabelInput(renderer.render(poses, camera), scene, poses, camera, renderer, after)


def row(seen: LabelInput, ident: int) -> int:
    return seen.ids.tolist().index(ident)


# -- drawn alone -----------------------------------------------------------------------------------------------------


def test_visib_fract_and_occlusion_are_counted_by_hand() -> None:
    """A plate of 2 x 1 m, its left half outside the image's left edge; before it one that hides its upper half."""
    edge = 5.0 * 60 / LENS.fx  # of the image, metres aside at the plate's distance
    plate = ("pallet", Pose((5.0, edge, 0.5)), (0.001, 2.0, 1.0))
    front = ("rack", Pose((4.99, edge - 0.5, 0.75)), (0.001, 1.2, 0.5))
    scene = stage(plate, front)
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene)
        k = row(seen, 1)
        assert LABELS["truncation"](seen)[k] == pytest.approx(0.5, abs=0.03)
        assert LABELS["occlusion"](seen)[k] == pytest.approx(0.5, abs=0.06)
        assert LABELS["visib_fract"](seen)[k] == pytest.approx(0.25, abs=0.03)
        assert LABELS["occluded_by"](seen)[k] == 2
        assert LABELS["occlusion"](seen)[row(seen, 2)] == 0
        assert LABELS["occluded_by"](seen)[row(seen, 2)] == 0
        expected = 2.0 * 1.0 * (LENS.fx / 5.0) ** 2
        assert LABELS["px_count_all"](seen)[k] == pytest.approx(expected, rel=0.08)


def test_cut_out_pictures_count_what_the_whole_canvas_shows() -> None:
    """BOP's way, literally: each object alone on a canvas of three by three images."""
    scene = factories.build(factories.load("small_warehouse"), robots.load("amr"), Pose.planar(7.5, 10.5, -1.9))
    camera = next(c for c in scene.cameras if c.name.startswith("robot/"))
    camera = replace(camera, lens=camera.lens.resized(96, 64))
    canvas = replace(
        camera, lens=replace(camera.lens, width=288, height=192, cx=camera.lens.cx + 96, cy=camera.lens.cy + 64)
    )
    with rendering.create(scene) as renderer:
        seen = LabelInput(renderer.render(scene.initial_poses, camera), scene, scene.initial_poses, camera, renderer)
        whole, share = LABELS["px_count_all"](seen), LABELS["visib_fract"](seen)
        hidden = LABELS["occlusion"](seen)
        assert len(whole) > 10
        for k, ident in enumerate(seen.ids):
            alone = renderer.render(scene.initial_poses, canvas, only=int(ident)).instance == ident
            inside = np.count_nonzero(alone[64:128, 96:192])
            visible = np.count_nonzero(seen.frame.instance == ident)
            assert abs(int(whole[k]) - np.count_nonzero(alone)) <= 2 + 0.01 * whole[k]
            assert share[k] == pytest.approx(visible / np.count_nonzero(alone), abs=0.02 + 2 / whole[k])
            assert hidden[k] == pytest.approx(1 - visible / inside, abs=0.02 + 2 / inside)


def test_what_needs_more_says_what() -> None:
    scene = stage(("pallet", Pose((4.0, 0, 0.5)), (1, 1, 1)))
    with rendering.create(scene) as renderer:
        seen = replace(look(renderer, scene), renderer=None)
    with pytest.raises(InputError, match="give a renderer of the scene, LabelInput"):
        LABELS["visib_fract"](seen)
    with pytest.raises(InputError, match=r"needs the next frame: LabelInput\(\.\.\., next_poses=poses\)"):
        LABELS["optical_flow"](seen)
    assert {"visib_fract", "occlusion", "optical_flow"}.isdisjoint(labels.compute(seen))


# -- keypoints -------------------------------------------------------------------------------------------------------


def test_corners_of_a_box_are_seen_hidden_or_outside() -> None:
    scene = stage(("pallet", Pose((4.0, 0.0, 0.5)), (1.0, 1.0, 1.0)), ("rack", Pose((2.0, 0.6, 0.5)), (0.05, 0.8, 0.4)))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene)
    points = LABELS["keypoints"](seen)[row(seen, 1)]
    world = LABELS["keypoints_3d"](seen)[row(seen, 1)]
    assert sorted(world[:, 0].tolist()) == [3.5] * 4 + [4.5] * 4
    front, back = world[:, 0] == 3.5, world[:, 0] == 4.5
    assert (points[front, 2] == 2).all()
    assert (points[back, 2] == 1).all()
    local = (world - (0, 0, 0.5)) @ geometry.matrix_from_quaternion(AHEAD)
    assert np.allclose(points[:, :2], project(LENS, local) + 0.5, atol=1e-4)


def test_points_outside_the_image_are_zero() -> None:
    scene = stage(("pallet", Pose((4.0, 2.7, 0.5)), (1.0, 1.0, 1.0)))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene)
    points = LABELS["keypoints"](seen)[0]
    outside = points[:, 2] == 0
    assert 0 < outside.sum() < 8
    assert (points[outside] == 0).all()


def test_a_loaded_pallets_deck_corners_are_named_and_lie_on_it() -> None:
    scene = factories.build(factories.load("small_warehouse"))
    pallet = next(i for i in scene.instances if i.class_name == "pallet")
    names = [name for name, _ in pallet.keypoints]
    assert {"corner_front_left", "pocket_front_left"} <= set(names)
    for _, point in pallet.keypoints:
        assert (np.abs(np.array(point) - pallet.center) <= np.array(pallet.size) / 2 + 0.01).all()


# -- normals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distortion", [None, Distortion("brown_conrady", (-0.2, 0.05, 0.0, 0.0, 0.0))])
def test_normals_of_turned_boxes_are_those_of_their_faces(distortion: Distortion | None) -> None:
    quaternion = tuple(geometry.quaternion_from_axis_angle((0.3, 1.0, 0.7), 0.8).tolist())
    scene = stage(("pallet", Pose((4.0, 0.0, 0.5), quaternion), (1.5, 1.5, 1.5)))
    camera = replace(EYE, lens=replace(LENS, distortion=distortion))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene, camera)
    found = LABELS["normals"](seen)[seen.frame.instance == 1]
    (box,) = LABELS["pose_camera"](seen)
    faces = geometry.matrix_from_quaternion(box[3:]).T
    faces = np.concatenate([faces, -faces])
    best = (found @ faces.T).max(axis=1)
    # A bent image is resampled: depths are those of the nearest drawn pixel.
    good = best > np.cos(np.radians(0.2 if distortion is None else 10.0))
    assert good.mean() > (0.97 if distortion is None else 0.75)
    assert np.allclose(np.linalg.norm(found[(found != 0).any(axis=1)], axis=1), 1, atol=1e-4)
    rays = pixel_rays(camera.lens)[seen.frame.instance == 1]
    assert ((found * rays).sum(axis=1)[good] < 0).all()


# -- flow ------------------------------------------------------------------------------------------------------------


def test_flow_says_where_each_thing_is_next() -> None:
    """Pixels of the first frame, moved by the flow, show the same object at the depth it has then."""
    scene = stage(("pallet", Pose((4.0, 0.5, 0.5)), (1.0, 1.0, 1.0)), ("rack", Pose((6.0, -1.0, 0.5)), (0.5, 1.0, 2.0)))
    after = scene.initial_poses.copy()
    after[0] = geometry.planar_pose(0.3, 0.1, 0.05)
    after[1] = geometry.compose(geometry.planar_pose(4.1, 0.4, 0.0, 0.5), geometry.planar_pose(0, 0, 0.1))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene, after=after)
        then = renderer.render(after, EYE)
    flow = LABELS["optical_flow"](seen)
    v, u = np.nonzero(seen.frame.instance)
    target = np.rint(np.stack([u, v], axis=-1) + flow[v, u]).astype(int)
    inside = ((target >= 0) & (target < (120, 90))).all(axis=1)
    same = then.instance[target[inside, 1], target[inside, 0]] == seen.frame.instance[v, u][inside]
    assert inside.mean() > 0.8
    assert same.mean() > 0.93
    assert np.abs(flow[v, u]).max() > 3
    assert np.isnan(flow[seen.frame.depth == 0]).all()


def test_nothing_moves_where_nothing_moved() -> None:
    scene = stage(("pallet", Pose((4.0, 0.5, 0.5)), (1.0, 1.0, 1.0)))
    with rendering.create(scene) as renderer:
        flow = LABELS["optical_flow"](look(renderer, scene, after=scene.initial_poses))
    assert np.nanmax(np.abs(flow)) < 1e-4


# -- boxes and distance ----------------------------------------------------------------------------------------------


def test_amodal_boxes_go_on_outside_and_loose_ones_end() -> None:
    scene = stage(("pallet", Pose((4.0, 2.7, 0.5)), (1.0, 1.0, 1.0)))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene)
    (amodal,), (loose,) = LABELS["bounding_box_2d_amodal"](seen), LABELS["bounding_box_2d_loose"](seen)
    assert amodal[0] == pytest.approx(LENS.cx + 0.5 - LENS.fx * 3.2 / 3.5, abs=1e-3)
    assert amodal[0] < 0
    assert loose.tolist() == [0.0, *amodal[1:].tolist()]


def test_distance_is_to_the_nearest_point_of_the_box() -> None:
    scene = stage(("pallet", Pose((4.0, 0.0, 0.5)), (1.0, 1.0, 1.0)), ("rack", Pose((5.0, 2.5, 0.5)), (1.0, 1.0, 1.0)))
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene)
    assert LABELS["distance"](seen)[row(seen, 1)] == pytest.approx(3.5)
    assert LABELS["distance"](seen)[row(seen, 2)] == pytest.approx(np.hypot(4.5, 2.0))


@pytest.mark.parametrize("model", ["brown_conrady", "fisheye"])
def test_boxes_of_bent_images_hold_their_masks(model: str) -> None:
    """Straight edges become curves: the corners alone would not do."""
    values = (-0.25, 0.06, 0.0, 0.0, 0.0) if model == "brown_conrady" else (0.05, 0.0, 0.0, 0.0)
    scene = stage(("rack", Pose((2.5, 0.3, 0.5)), (0.5, 1.6, 0.9)), ("pallet", Pose((4.0, -2.0, 0.2)), (1.0, 1.0, 0.4)))
    camera = replace(EYE, lens=replace(LENS, distortion=Distortion(model, values)))  # type: ignore[arg-type]
    with rendering.create(scene) as renderer:
        seen = look(renderer, scene, camera)
    tight, loose = LABELS["bounding_box_2d_tight"](seen), LABELS["bounding_box_2d_loose"](seen)
    assert (np.abs(tight - loose) < 2.0).all()


def test_every_label_has_its_line_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "labels.md").read_text(encoding="utf-8")
    assert [name for name in LABELS if f"| `{name}` |" not in text] == []
