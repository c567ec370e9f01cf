"""Labels against what is worked out another, slower way from the same frame."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin import labels, rendering
from twin.errors import InputError, UnknownNameError
from twin.geometry import compose, inverse, matrix_from_quaternion, planar_pose, transform_points
from twin.labels import LABELS, LabelInput
from twin.lenses import Lens
from twin.rendering.base import Frame
from twin.scene import Body, Camera, Geom, Instance, Motion, Pose, Scene, Shape, pose_world_camera
from twin.taxonomy import class_id
from twin.testing.rendering_stage import AHEAD

CLASSES = ("forklift", "pallet", "person", "carton")
LENS = Lens(96, 72, 70.0, 80.0, 40.0, 38.5, 0.1, 25.0)


def strewn(seed: int) -> Scene:
    """Boxes of several classes before, beside and behind a camera on a body; some next to each other's instance id."""
    rng = np.random.default_rng(seed)
    bodies = [Body("carrier", Pose((0.0, 0.0, 0.0)), motion=Motion.KINEMATIC)]
    instances = []
    for number in range(1, 25):
        half = tuple(float(v) for v in rng.uniform(0.1, 0.7, 3))
        quaternion = rng.normal(size=4)
        w, x, y, z = (float(v) for v in quaternion / np.linalg.norm(quaternion))
        position = (float(rng.uniform(-2, 9)), float(rng.uniform(-3, 3)), float(rng.uniform(-1.5, 2)))
        center = tuple(float(v) for v in rng.uniform(-0.3, 0.3, 3))
        name, ident = f"object{number}", 3 * number
        geom = Geom(Shape.BOX, half, Pose(center))  # type: ignore[arg-type]
        bodies.append(Body(name, Pose(position, (w, x, y, z)), (geom,), instance=ident))
        size = tuple(2 * v for v in half)
        instances.append(
            Instance(ident, name, CLASSES[number % len(CLASSES)], name, center, size)  # type: ignore[arg-type]
        )
    camera = Camera("eye", "carrier", Pose((0.2, 0.1, 0.3), AHEAD), LENS)
    return Scene("strewn", tuple(bodies), tuple(instances), cameras=(camera,))


def shot(seed: int) -> LabelInput:
    """A frame of ``strewn`` from a camera that stands somewhere else for every seed."""
    scene = strewn(seed)
    poses = scene.initial_poses.copy()
    poses[0] = planar_pose(-0.5 * (seed % 3), 0.2, 0.1 * (seed % 5))
    with rendering.create(scene) as renderer:
        return LabelInput(renderer.render(poses, scene.cameras[0]), scene, poses, scene.cameras[0])


shots = st.builds(shot, st.integers(0, 40))
few = settings(max_examples=10, deadline=None)


def by_id(seen: LabelInput, name: str) -> dict[int, npt.NDArray[np.float64]]:
    return dict(zip(LABELS["instance_id"](seen).tolist(), LABELS[name](seen), strict=True))


def instance_of(seen: LabelInput, ident: int) -> Instance:
    return next(i for i in seen.scene.instances if i.id == ident)


def project(points: npt.NDArray[np.float64], lens: Lens) -> npt.NDArray[np.float64]:
    """Pixels counted from the image's top left corner."""
    u = lens.fx * points[:, 0] / points[:, 2] + lens.cx + 0.5
    v = lens.fy * points[:, 1] / points[:, 2] + lens.cy + 0.5
    return np.stack([u, v], axis=1)


def test_every_label_is_what_it_says() -> None:
    seen = shot(1)
    sizes = {"height": 72, "width": 96, "objects": len(np.unique(seen.frame.instance)) - 1, "points": 0}
    with rendering.create(seen.scene) as renderer:
        made = labels.compute(replace(seen, renderer=renderer, next_poses=seen.poses))
    assert made.keys() == LABELS.keys()
    assert sizes["objects"] > 5
    for name, label in LABELS.items():
        assert label.name == name
        assert label.doc
        assert made[name].dtype == np.dtype(label.dtype), name
        assert made[name].shape == tuple(sizes[n] if isinstance(n, str) else n for n in label.shape), name


def test_the_agreed_names_exist() -> None:
    assert set(LABELS) >= {
        "semantic_segmentation",
        "instance_segmentation",
        "bounding_box_2d_tight",
        "bounding_box_2d_loose",
        "bounding_box_3d",
        "pose",
        "truncation",
        "camera_intrinsics",
        "camera_extrinsics",
    }


@few
@given(shots)
def test_objects_are_those_in_the_image_in_order(seen: LabelInput) -> None:
    ids, counts = np.unique(seen.frame.instance, return_counts=True)
    assert LABELS["instance_id"](seen).tolist() == ids[ids > 0].tolist()
    assert LABELS["visible_pixels"](seen).tolist() == counts[ids > 0].tolist()


@few
@given(shots)
def test_the_semantic_image_names_the_class_of_each_instance(seen: LabelInput) -> None:
    semantic, instance = LABELS["semantic_segmentation"](seen), LABELS["instance_segmentation"](seen)
    assert np.array_equal(instance, seen.frame.instance)
    assert (semantic[instance == 0] == 0).all()
    for ident, number in by_id(seen, "class_id").items():
        assert number == class_id(instance_of(seen, ident).class_name)
        assert (semantic[instance == ident] == number).all()


@few
@given(shots)
def test_tight_boxes_are_exactly_the_masks_extents(seen: LabelInput) -> None:
    for ident, (left, top, right, bottom) in by_id(seen, "bounding_box_2d_tight").items():
        rows, columns = np.nonzero(seen.frame.instance == ident)
        assert (left, top) == (columns.min(), rows.min())
        assert (right, bottom) == (columns.max() + 1, rows.max() + 1)


@few
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
def test_tight_boxes_of_any_image(seed: int, height: int, width: int) -> None:
    """Masks in many pieces, next to each other and across the ends of rows, as no renderer would draw them."""
    rng = np.random.default_rng(seed)
    image = rng.choice(np.array([0, 0, 3, 6, 72], np.uint16), (height, width))
    scene = strewn(0)
    frame = Frame(np.zeros((height, width, 3), np.uint8), np.ones((height, width), np.float32), image)
    camera = replace(scene.cameras[0], lens=LENS.resized(width, height))
    seen = LabelInput(frame, scene, scene.initial_poses, camera)
    boxes = by_id(seen, "bounding_box_2d_tight")
    assert boxes.keys() == set(np.unique(image).tolist()) - {0}
    for ident, box in boxes.items():
        rows, columns = np.nonzero(image == ident)
        assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    areas = by_id(seen, "visible_pixels")
    assert all(areas[ident] == (image == ident).sum() for ident in boxes)


@few
@given(shots)
def test_loose_boxes_hold_the_tight_ones_and_stay_in_the_image(seen: LabelInput) -> None:
    tight, loose = LABELS["bounding_box_2d_tight"](seen), LABELS["bounding_box_2d_loose"](seen)
    # A pixel belongs to a mask by its centre, so a mask reaches at most half a pixel beyond what it shows.
    assert (loose[:, :2] <= tight[:, :2] + 0.51).all()
    assert (loose[:, 2:] >= tight[:, 2:] - 0.51).all()
    assert (loose >= 0).all()
    assert (loose <= [96, 72, 96, 72]).all()


@few
@given(shots)
def test_loose_boxes_are_the_extents_of_many_projected_points(seen: LabelInput) -> None:
    """The box's edges, sampled finely and cut at the near plane, projected one by one."""
    camera_from_world = inverse(pose_world_camera(seen.scene, seen.camera, seen.poses))
    for (ident, loose), truncation in zip(
        by_id(seen, "bounding_box_2d_loose").items(), LABELS["truncation"](seen), strict=True
    ):
        instance = instance_of(seen, ident)
        pose = compose(camera_from_world, seen.poses[seen.scene.body_index[instance.body]])
        points = transform_points(pose, np.array(instance.center) + _edges(401) * np.array(instance.size) / 2)
        whole = project(points[points[:, 2] >= LENS.near], LENS)
        low, high = whole.min(axis=0), whole.max(axis=0)
        inside = np.clip([*low, *high], 0, [96, 72, 96, 72])
        if (points[:, 2] >= LENS.near).all():
            assert np.allclose(loose, inside, atol=1e-3)
            share = np.prod(inside[2:] - inside[:2]) / np.prod(high - low)
            assert np.isclose(truncation, 1 - share, atol=1e-3)
        else:
            assert (loose[:2] <= inside[:2] + 1e-3).all()
            assert (loose[2:] >= inside[2:] - 1e-3).all()


def test_a_box_that_reaches_behind_the_camera_is_cut_at_the_near_plane() -> None:
    """A slab below the camera: its near end fills the bottom of the image, its far end is at x = 4."""
    slab = Body("slab", Pose((1.0, 0.0, -0.5)), (Geom(Shape.BOX, (3.0, 1.0, 0.1)),), instance=1)
    camera = Camera("eye", pose=Pose(quaternion=AHEAD), lens=LENS)
    scene = Scene("below", (slab,), (Instance(1, "slab", "pallet", "slab", (0, 0, 0), (6, 2, 0.2)),), cameras=(camera,))
    with rendering.create(scene) as renderer:
        seen = LabelInput(renderer.render(scene.initial_poses, camera), scene, scene.initial_poses, camera)
    top = LENS.cy + 0.5 + LENS.fy * 0.4 / 4
    bottom = LENS.cy + 0.5 + LENS.fy * 0.6 / LENS.near
    assert np.allclose(LABELS["bounding_box_2d_loose"](seen), [[0, top, 96, 72]], atol=1e-3)
    share = 96 * (72 - top) / (2 * LENS.fx / LENS.near * (bottom - top))
    assert np.allclose(LABELS["truncation"](seen), 1 - share, atol=1e-4)


def _edges(count: int) -> npt.NDArray[np.float64]:
    """Points on the twelve edges of the cube from -1 to 1."""
    along = np.linspace(-1, 1, count)
    ends = [(a, b) for a in (-1, 1) for b in (-1, 1)]
    rows = [
        np.insert(np.tile([a, b], (count, 1)).astype(float), axis, along, axis=1) for axis in range(3) for a, b in ends
    ]
    return np.concatenate(rows)


@few
@given(shots)
def test_every_pixel_of_a_mask_lies_in_its_3d_box(seen: LabelInput) -> None:
    """Pixels put back into the world by depth, intrinsics and extrinsics end up inside the oriented box."""
    k, pose = LABELS["camera_intrinsics"](seen), LABELS["camera_extrinsics"](seen)
    checked = 0
    for ident, box in by_id(seen, "bounding_box_3d").items():
        rows, columns = np.nonzero(_interior(seen.frame.instance == ident))
        depth = seen.frame.depth[rows, columns].astype(np.float64)
        rays = np.linalg.inv(k) @ np.stack([columns, rows, np.ones(len(rows))])
        world = transform_points(pose, (rays * depth).T)
        local = (world - box[:3]) @ matrix_from_quaternion(box[3:7])
        assert (np.abs(local) <= box[7:] / 2 + 2e-3).all()
        assert (np.abs(np.abs(local) - box[7:] / 2).min(axis=1) < 2e-3).all()  # on its surface
        checked += len(local)
    assert checked > 100


def _interior(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without the outline, where the depth of a steep face is that of a place just beside the box."""
    inside = np.zeros_like(mask)
    inside[1:-1, 1:-1] = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    return inside


@few
@given(shots)
def test_poses_in_world_and_camera_say_the_same(seen: LabelInput) -> None:
    extrinsics = LABELS["camera_extrinsics"](seen)
    in_camera = by_id(seen, "pose_camera")
    for ident, world in by_id(seen, "pose").items():
        camera = in_camera[ident]
        row = seen.scene.body_index[instance_of(seen, ident).body]
        assert np.array_equal(world, seen.poses[row])
        back = compose(extrinsics, camera)
        assert np.allclose(back[:3], world[:3])
        assert np.allclose(matrix_from_quaternion(back[3:]), matrix_from_quaternion(world[3:]))


@few
@given(shots)
def test_the_camera_pose_reprojects_into_the_mask(seen: LabelInput) -> None:
    """The 3D box's centre, by its pose in the camera frame alone, falls into the loose box unless it is truncated."""
    loose, truncation = by_id(seen, "bounding_box_2d_loose"), by_id(seen, "truncation")
    checked = 0
    for ident, camera in by_id(seen, "pose_camera").items():
        if truncation[ident] > 0:
            continue
        center = transform_points(camera, [instance_of(seen, ident).center])
        ((u, v),) = project(center, LENS)
        left, top, right, bottom = loose[ident]
        assert left < u < right
        assert top < v < bottom
        checked += 1
    assert checked


def test_camera_labels_are_opencvs() -> None:
    seen = shot(2)
    assert LABELS["camera_intrinsics"](seen).tolist() == [[70, 0, 40], [0, 80, 38.5], [0, 0, 1]]
    expected = pose_world_camera(seen.scene, seen.camera, seen.poses)
    assert np.array_equal(LABELS["camera_extrinsics"](seen), expected)


def test_distance_is_longer_than_depth_but_at_the_optical_axis() -> None:
    seen = shot(3)
    distance, depth = LABELS["distance_to_camera"](seen), seen.frame.depth
    rows, columns = np.nonzero(depth)
    points = np.stack([(columns - 40) / 70 * depth[rows, columns], (rows - 38.5) / 80 * depth[rows, columns]])
    expected = np.sqrt((points**2).sum(axis=0) + depth[rows, columns] ** 2)
    assert np.allclose(distance[rows, columns], expected, rtol=1e-5)
    assert (distance[depth == 0] == 0).all()


def test_truncation_grows_as_an_object_leaves_the_image() -> None:
    geom = Geom(Shape.BOX, (0.5, 0.5, 0.5))
    body = Body("crate", Pose((4.0, 0.0, 0.0)), (geom,), Motion.KINEMATIC, instance=1)
    camera = Camera("eye", pose=Pose(quaternion=AHEAD), lens=Lens.from_fov(64, 64, 1.0))
    scene = Scene(
        "leaving", (body,), (Instance(1, "crate", "carton", "crate", (0, 0, 0), (1, 1, 1)),), cameras=(camera,)
    )
    shares = []
    with rendering.create(scene) as renderer:
        for y in (0.0, 1.0, 1.5, 2.0, 2.3):
            poses = np.array([[4.0, y, 0, 1, 0, 0, 0]])
            seen = LabelInput(renderer.render(poses, camera), scene, poses, camera)
            shares.append(float(LABELS["truncation"](seen)[0]))
    assert shares[0] == 0
    assert sorted(shares) == shares
    assert shares[-1] > 0.5


def test_nothing_visible_gives_empty_labels() -> None:
    scene = strewn(0)
    frame = Frame(np.zeros((72, 96, 3), np.uint8), np.zeros((72, 96), np.float32), np.zeros((72, 96), np.uint16))
    made = labels.compute(LabelInput(frame, scene, scene.initial_poses, scene.cameras[0]))
    assert made["bounding_box_2d_tight"].shape == (0, 4)
    assert made["pose"].shape == (0, 7)
    assert not made["semantic_segmentation"].any()


@pytest.mark.parametrize("stranger", [4, 73, 65535])
def test_an_id_that_the_scene_does_not_have_is_refused(stranger: int) -> None:
    seen = shot(1)
    image = seen.frame.instance.copy()
    image[5, 5] = stranger
    for name in ("semantic_segmentation", "bounding_box_2d_tight"):
        broken = replace(seen, frame=replace(seen.frame, instance=image))
        with pytest.raises(InputError, match=f"instance id {stranger}, which scene 'strewn' does not have"):
            LABELS[name](broken)


def test_an_unknown_label_names_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown label 'bounding_box_2d_tigth'; did you mean 'bounding_box_2d_tight'"
    ):
        labels.compute(shot(1), ["bounding_box_2d_tigth"])


def test_labels_are_new_arrays() -> None:
    seen = shot(1)
    before = {name: value.copy() for name, value in labels.compute(seen).items()}
    for value in labels.compute(seen).values():
        value[...] = 0
    after = labels.compute(seen)
    assert all(np.array_equal(after[name], before[name]) for name in before)
