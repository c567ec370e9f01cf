"""Laws that every kind of equipment keeps, whatever its settings."""

import itertools
import math
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

import robots
from factories.builder import build, furnish
from factories.equipment import Equipment, Part, kinds
from factories.equipment.base import Length
from factories.equipment.pallet import Pallet
from factories.equipment.rack import Rack
from factories.equipment.worker import Worker
from factories.extents import extent
from factories.layout import Layout
from factories.materials import MATERIALS
from twin import textures
from twin.actors.ground import ground
from twin.geometry import transform_points
from twin.scene import Geom, Motion, Pose
from twin.taxonomy import class_ids, having

TOLERANCE = 1e-6
PLATE = 0.005
"""m by which signs and labels may stand out of what is felt."""

BOXES = st.lists(
    st.tuples(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.1, 5), st.floats(0.1, 5)), min_size=1, max_size=5
).map(tuple)
POINTS = st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=2, max_size=5).map(tuple)
LENGTHS = st.floats(0.2, 20)
COLORS = st.sampled_from(("orange", "yellow", "red"))
SEEDS = st.integers(0, 2**32 - 1)

SETTINGS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "barrier": {"length": st.floats(0.3, 50), "height": st.floats(0.3, 2)},
    "blocks": {"boxes": BOXES},
    "carton": {"size": st.tuples(*[st.floats(0.05, 2)] * 3), "mass": st.none() | st.floats(0.1, 100)},
    "charging_dock": {},
    "conveyor": {
        "length": st.floats(0.5, 60),
        "width": st.floats(0.3, 3),
        "height": st.floats(0.2, 3),
        "speed": st.floats(0, 5),
        "cartons": st.integers(0, 100),
        "end_stop": st.booleans(),
        "seed": SEEDS,
    },
    "door": {"width": LENGTHS, "height": LENGTHS, "thickness": LENGTHS},
    "fallen_load": {"cartons": st.integers(1, 12), "seed": SEEDS},
    "floor_marking": {"path": POINTS, "closed": st.booleans()},
    "forklift": {"fork_height": st.floats(0.05, 1.6), "color": COLORS},
    "keepout": {"boxes": BOXES},
    "long_goods": {
        "length": st.floats(1.2, 6),
        "underside": st.floats(0.2, 2),
        "goods": st.sampled_from(("pipes", "planks")),
    },
    "machine": {"length": st.floats(0.8, 12), "depth": st.floats(0.6, 6), "height": st.floats(0.8, 5)},
    "mobile_robot": {"robot": st.sampled_from(robots.names())},
    "pallet": {
        "load": st.sampled_from(("none", "cartons", "small_load_carriers", "pallet_box")),
        "layers": st.integers(1, 5),
        "seed": SEEDS,
    },
    "pallet_truck": {"color": COLORS},
    "pillar": {"width": LENGTHS, "depth": LENGTHS, "height": LENGTHS},
    "rack": {
        "bays": st.integers(1, 4),
        "levels": st.integers(1, 4),
        "bay_width": st.floats(0.95, 5),
        "depth": st.floats(1.0, 3),
        "level_height": st.floats(0.5, 3),
        "loads": st.lists(
            st.sampled_from(("pallets", "cartons", "small_load_carriers", "none")), min_size=1, max_size=4
        ).map(tuple),
        "fill": st.floats(0, 1),
        "seed": SEEDS,
    },
    "small_load_carrier": {"color": st.sampled_from(("blue", "grey", "red"))},
    "spill": {"size": st.tuples(*[st.floats(0.3, 4)] * 2), "friction": st.floats(0.01, 1), "seed": SEEDS},
    "stillage": {},
    "wall": {"length": LENGTHS, "thickness": LENGTHS, "height": LENGTHS},
    "worker": {"speed": st.floats(0.1, 3), "vest": st.sampled_from(("orange", "yellow"))},
    "workstation": {
        "length": st.floats(1.2, 4),
        "depth": st.floats(0.7, 1.5),
        "height": st.floats(0.6, 1.3),
        "carriers": st.integers(0, 3),
        "seed": SEEDS,
    },
}


def settings_of(name: str, kind: type[Equipment]) -> dict[str, st.SearchStrategy]:
    """Those above; else the words and numbers that its fields allow, and their defaults where they do not tell."""
    if name in SETTINGS:
        return SETTINGS[name]
    own = {key: field for key, field in kind.model_fields.items() if key not in Equipment.model_fields}
    found = {key: allowed(field) for key, field in own.items()}
    for key, field in own.items():
        assert found[key] is not None or not field.is_required(), f"SETTINGS above say nothing of {name}.{key}"
    return {key: values for key, values in found.items() if values is not None}


def allowed(field: FieldInfo) -> st.SearchStrategy | None:
    """What a field takes, where its type says so."""
    if get_origin(field.annotation) is Literal:
        return st.sampled_from(get_args(field.annotation))
    if field.annotation is bool:
        return st.booleans()
    if field.annotation not in (int, float):
        return None
    bounds = {type(one).__name__.lower(): getattr(one, type(one).__name__.lower(), None) for one in field.metadata}
    low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
    if low is None or high is None:
        return None
    whole = field.annotation is int
    above, below = "ge" not in bounds, "le" not in bounds
    if whole:
        return st.integers(low + above, high - below)
    return st.floats(max(low, 0.01) if above else low, high, exclude_max=below)


KINDS = {
    n: st.builds(kind, at=st.just((0.0, 0.0)), name=st.just(n), **settings_of(n, kind)) for n, kind in kinds().items()
}
ANY = st.one_of(*KINDS.values())
"""Any equipment with any settings, at the origin."""
OPEN = [
    name
    for name, kind in kinds().items()
    if kind.keepouts is not Equipment.keepouts and kind.parts is not Equipment.parts
]
"""Kinds below which no robot is sent."""


def test_settings_are_of_kinds_that_there_are() -> None:
    assert SETTINGS.keys() <= kinds().keys()


class Newcomer(Equipment):
    """One that no list knows."""

    type: Literal["newcomer"] = "newcomer"
    width: Length
    levels: Annotated[int, Field(ge=1, lt=4)] = 1
    color: Literal["blue", "red"] = "blue"
    note: str = ""


@settings(max_examples=50)
@given(data=st.data())
def test_a_kind_that_settings_do_not_name_is_drawn_by_its_fields(data: st.DataObject) -> None:
    drawn = settings_of("newcomer", Newcomer)
    assert drawn.keys() == {"width", "levels", "color"}
    assert data.draw(st.builds(Newcomer, at=st.just((0.0, 0.0)), **drawn)).levels in (1, 2, 3)


def test_what_a_kind_is_to_others_agrees_with_the_classes_of_its_parts() -> None:
    """Who is hidden by a kind when an episode is planned is so when it is judged by labels."""
    for name, kind in kinds().items():
        if kind.hides_people:
            item = find(KINDS[name], lambda item: any(part.class_name for part in item.parts()))
            assert {part.class_name for part in item.parts()} & having("hides_people"), name


def corners_of(part: Part, geom: Geom) -> np.ndarray:
    """Corners (8, 3) of a geom's box in the equipment's frame."""
    low, high = extent(geom)
    box = np.array(list(itertools.product(*zip(low, high, strict=True))))
    return transform_points(part.pose.array(), box)


@settings(max_examples=200, deadline=None)
@given(item=ANY)
def test_parts_stay_inside_the_stated_footprint_and_above_the_floor(item: Equipment) -> None:
    solids = item.solids()
    for part in item.parts():
        for geom in part.geoms:
            points = corners_of(part, geom)
            assert points[:, 2].min() >= -TOLERANCE, (part.name, geom)
            if solids:
                low = np.min([(x, y) for x, y, _, _ in solids], axis=0)
                high = np.max([(x + w, y + d) for x, y, w, d in solids], axis=0)
                beyond = TOLERANCE if geom.collides else PLATE
                assert (points[:, :2] >= low - beyond).all(), (part.name, geom)
                assert (points[:, :2] <= high + beyond).all(), (part.name, geom)


@settings(max_examples=200, deadline=None)
@given(item=ANY)
def test_parts_are_well_formed(item: Equipment) -> None:
    parts = list(item.parts())
    known = set(MATERIALS) | {material.name for material in item.materials}
    meshes = {mesh.name for kind in kinds().values() for mesh in kind.meshes}
    assert len({part.name for part in parts}) == len(parts)
    for part in parts:
        assert part.class_name in class_ids()
        assert part.geoms
        assert any(geom.visible for geom in part.geoms)
        assert (part.mass > 0) == (part.motion is Motion.FREE)
        assert part.loose or part.motion is Motion.STATIC
        assert len({name for name, _ in part.keypoints}) == len(part.keypoints)
        for geom in part.geoms:
            assert min(size for size in geom.size[: {"sphere": 1, "capsule": 2, "cylinder": 2}.get(geom.shape, 3)]) > 0
            assert geom.material in known or ":" in geom.material or not geom.visible
            if ":" in geom.material:
                textures.check(geom.material)
            assert not geom.mesh or geom.mesh in meshes
            assert math.isclose(math.hypot(*geom.pose.quaternion), 1, abs_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(item=ANY)
def test_what_is_drawn_and_what_is_felt_agree_within_a_few_centimetres(item: Equipment) -> None:
    for part in item.parts():
        if part.class_name == "floor_marking":
            continue
        drawn = np.concatenate([corners_of(part, geom) for geom in part.geoms if geom.visible])
        felt = np.concatenate([corners_of(part, geom) for geom in part.geoms if geom.collides])
        for edge in (np.min, np.max):
            assert np.abs(edge(drawn, axis=0) - edge(felt, axis=0)).max() < 0.05, part.name


@settings(max_examples=60, deadline=None)
@given(item=ANY)
def test_the_same_settings_give_the_same_parts(item: Equipment) -> None:
    assert list(item.parts()) == list(item.model_copy().parts())


@settings(max_examples=60, deadline=None)
@given(item=ANY)
def test_keypoints_lie_on_or_in_what_is_drawn(item: Equipment) -> None:
    for part in item.parts():
        drawn = np.concatenate([np.array(extent(geom)) for geom in part.geoms if geom.visible])
        for name, point in part.keypoints:
            assert (np.array(point) >= drawn.min(axis=0) - 0.03).all(), name
            assert (np.array(point) <= drawn.max(axis=0) + 0.03).all(), name


@settings(max_examples=30, deadline=None)
@given(fill=st.floats(0, 1), seed=SEEDS)
def test_racked_loads_do_not_overlap_and_stay_below_the_next_level(fill: float, seed: int) -> None:
    rack = Rack(at=(0, 0), name="r", fill=fill, seed=seed, loads=("pallets", "small_load_carriers", "cartons"))
    boxes = []
    for part in list(rack.parts())[1:]:
        points = np.concatenate([corners_of(part, geom) for geom in part.geoms])
        boxes.append((points.min(axis=0), points.max(axis=0)))
    for (low, high), (other_low, other_high) in itertools.combinations(boxes, 2):
        assert not ((low + 1e-6 < other_high) & (other_low + 1e-6 < high)).all()
    for low, high in boxes:
        level = math.floor(low[2] / rack.level_height + 1e-6)
        assert high[2] <= (level + 1) * rack.level_height - 0.1 + 1e-6


def test_racks_are_filled_as_asked_and_vary_with_seed_and_name() -> None:
    def pallets(**changes: Any) -> set[str]:
        rack = Rack(at=(0, 0), name="r", bays=20, levels=4).model_copy(update=changes)
        return {part.name for part in rack.parts() if part.class_name == "pallet"}

    assert len(pallets(fill=1.0)) == 20 * 4 * 3
    assert pallets(fill=0.0) == set()
    assert 0.6 < len(pallets(fill=0.7)) / 240 < 0.8
    assert pallets(fill=0.5) != pallets(fill=0.5, seed=1)
    assert pallets(fill=0.5) != pallets(fill=0.5, name="s")


def test_a_pallet_has_the_size_and_the_openings_of_the_standard() -> None:
    scene = build(Layout(name="p", size=(5, 5), equipment=(Pallet(at=(2, 2)),)))
    instance = next(i for i in scene.instances if i.class_name == "pallet")
    assert instance.size == pytest.approx((1.2, 0.8, 0.144))
    assert len(instance.keypoints) == 12
    pockets = [np.array(point) for name, point in instance.keypoints if name.startswith("pocket")]
    body = scene.bodies[scene.body_index["pallet_1"]]
    for low, high in (extent(geom) for geom in body.geoms if geom.collides):
        for pocket in pockets:
            inward = pocket * (0.99, 0.99, 1.0)
            assert not ((inward > low) & (inward < high)).all()  # a fork goes in there


def test_a_walking_worker_faces_its_first_leg_and_a_standing_one_its_yaw() -> None:
    assert Worker(at=(1, 1), waypoints=((1, 1), (1, 5))).heading == pytest.approx(math.pi / 2)
    assert Worker(at=(1, 1), yaw_deg=30).heading == pytest.approx(math.pi / 6)
    assert Worker(at=(1, 1)).patrol() is None
    patrol = Worker(at=(1, 1), name="w", waypoints=((1, 5),), speed=0.7, loop=True, yields=False).patrol()
    assert patrol is not None
    assert (patrol.body, patrol.waypoints, patrol.speed) == ("w", ((1.0, 1.0), (1.0, 5.0)), 0.7)
    assert (patrol.loop, patrol.yields) == (True, False)


def test_parts_move_with_the_pose_they_are_placed_by() -> None:
    part = Part((), pose=Pose.planar(1, 2, 0.3, 0.4)).placed("p", Pose.planar(5, 6, 0.5, 0.1))
    expected = Pose.planar(5, 6, 0.5, 0.1) @ Pose.planar(1, 2, 0.3, 0.4)
    assert part.pose.array() == pytest.approx(expected.array())


def test_unknown_settings_are_refused_in_python_too() -> None:
    with pytest.raises(ValidationError, match="bayz"):
        Rack(at=(0, 0), bayz=3)  # type: ignore[call-arg]


@settings(max_examples=40, deadline=None)
@given(item=st.one_of(*(KINDS[name] for name in OPEN)))
def test_nobody_walks_where_no_robot_is_sent_below_equipment(item: Equipment) -> None:
    floor = ground(furnish("one", [item]))
    x0, y0, cell = floor.frame
    for x, y, width, depth in item.keepouts():
        assert floor.clearance[int((y + depth / 2 - y0) / cell), int((x + width / 2 - x0) / cell)] == 0.0
