"""Each case's judge, on episodes made by hand: yes where its conditions hold by a little, no where one just fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from envs.scenarios.cases import cases
from envs.scenarios.evidence import Evidence, View
from twin import geometry
from twin.geometry import FloatArray
from twin.scene import Body, Camera, Geom, Instance, Motion, Pose, Scene, Shape

FRAMES, STEP = 33, 0.5
TIME: FloatArray = STEP * np.arange(FRAMES, dtype=np.float64)
HALL = (20.0, 10.0)
LEVEL = np.array([0, 0, 1, 0.5, -0.5, 0.5, -0.5])
"""Pose of a camera that looks ahead."""
SIDE = 100
"""px of a square picture: a share of 0.0001 is a pixel."""
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Thing:
    """Something labelled, upright; ``way``: x, y, heading, of each frame or of all."""

    kind: str
    size: tuple[float, float, float]
    way: Any
    above: float = 0.0
    share: Any = 0.0
    """Of the picture, in each frame or in all."""
    loose: bool = True
    friction: float = 0.8
    drawn_at: tuple[float, float] | None = None
    """Where its scene has it, if elsewhere than in the first frame."""

    def ways(self) -> FloatArray:
        return np.broadcast_to(np.asarray(self.way, dtype=float), (FRAMES, 3))

    def poses(self) -> FloatArray:
        return np.array([geometry.planar_pose(x, y, heading, self.above) for x, y, heading in self.ways()])


def along(x: float, y: float, speed: float, heading: float = 0.0, east: float = 1.0) -> FloatArray:
    """A way at constant speed along the hall, with any heading."""
    return np.column_stack([x + east * speed * TIME, np.full(FRAMES, y), np.full(FRAMES, heading)])


def stays(x: float, y: float, heading: float = 0.0) -> tuple[float, float, float]:
    return x, y, heading


ROBOT = Thing("robot", (0.8, 0.6, 0.5), along(2.0, 5.0, 1.0), loose=False)
WALLS = tuple(
    Thing("wall", size, (x, y, 0.0), loose=False)
    for size, x, y in (
        ((20.0, 0.1, 3.0), 10.0, 0.0),
        ((20.0, 0.1, 3.0), 10.0, 10.0),
        ((0.1, 10.0, 3.0), 0.0, 5.0),
        ((0.1, 10.0, 3.0), 20.0, 5.0),
    )
)


def episode(
    *things: Thing,
    robot: Thing = ROBOT,
    views: Sequence[View] | None = None,
    drawn: Callable[[Scene, View], Picture] = lambda _, view: view.rgb,
) -> Evidence:
    """What a robot sees of these things, and of nothing else, on its way to (18, 5)."""
    all_of_them = (robot, *things, *WALLS)
    bodies, instances = [], []
    for k, one in enumerate(all_of_them):
        name = "robot" if one is robot else f"{one.kind}_{k}"
        half = tuple(v / 2 for v in one.size)
        geom = Geom(Shape.BOX, half, Pose((0.0, 0.0, half[2])), friction=one.friction)  # type: ignore[arg-type]
        pose = Pose.of(one.poses()[0]) if one.drawn_at is None else Pose.planar(*one.drawn_at)
        motion = Motion.STATIC if not one.loose and one is not robot else Motion.FREE
        bodies.append(Body(name, pose, (geom,), motion, mass=1.0, instance=k + 1))
        instances.append(Instance(k + 1, name, one.kind, name, (0.0, 0.0, half[2]), one.size, loose=one.loose))
    scene = Scene("hall", tuple(bodies), tuple(instances))
    if views is None:
        shares = [np.broadcast_to(one.share, FRAMES) for one in all_of_them]
        views = [view(k, labels([float(share[k]) for share in shares])) for k in range(FRAMES)]
    poses = np.stack([one.poses() for one in all_of_them], axis=1)
    return Evidence(scene, TIME, poses, views, (18.0, 5.0), drawn)


def labels(shares: Sequence[float]) -> npt.NDArray[np.uint16]:
    """Ids from 1 on, one after the other."""
    flat = np.repeat(np.arange(1, len(shares) + 1), [round(SIDE * SIDE * share) for share in shares])
    return np.pad(flat, (0, SIDE * SIDE - len(flat))).reshape(SIDE, SIDE).astype(np.uint16)


def view(
    frame: int, ids: npt.NDArray[np.uint16], rgb: Any = 120, *, pose: FloatArray = LEVEL, camera: str = "front"
) -> View:
    picture = np.broadcast_to(np.asarray(rgb, dtype=np.uint8), (*ids.shape, 3))
    return View(frame, Camera(camera, "robot"), picture, ids, pose)


NOTHING = np.zeros((SIDE, SIDE), np.uint16)


# -- things in the way ---------------------------------------------------------------------------------------------


def spill(*, share: float = 0.0041, aside: float = 0.88) -> Evidence:
    return episode(Thing("spill", (1.5, 1.2, 0.01), stays(10, 5 + aside), share=share))


def fallen_load(
    *, share: float = 0.0031, aside: float = 0.9, second: float = 0.04, pallet: float = 0.04, away: float = 2.9
) -> Evidence:
    size = (0.4, 0.4, 0.4)
    cartons = (
        Thing("carton", size, stays(10, 5.2 + aside), 0.0, share),
        Thing("carton", size, stays(10, 5.2 + aside), second, share),
    )
    return episode(*cartons, Thing("pallet", (1.2, 0.8, 0.15), stays(10.2 + away + 0.6, 5.2 + aside), pallet))


def overhanging_load(*, share: float = 0.0051, underside: float = 0.3, aside: float = 0.28) -> Evidence:
    return episode(Thing("long_goods", (2.0, 0.6, 0.2), stays(10, 5.3 + aside), underside, share))


def blocked_aisle(
    *, share: float = 0.016, width: float = 1.6, loose: bool = True, other: float = 8.0, **robot: Any
) -> Evidence:
    """A wall across the hall with a gap of 2 m in the robot's way, where pallets stand, and another one."""
    ends = [(0.0, 4.0), (6.0, other - 0.6), (other + 0.6, 10.0)]
    walls = [Thing("wall", (0.4, b - a, 3.0), stays(10, (a + b) / 2), loose=False) for a, b in ends]
    pallets = Thing("pallet", (1.0, width, 1.0), stays(10, 4.0 + width / 2 + 0.2), share=share, loose=loose)
    return episode(pallets, *walls, robot=replace(ROBOT, **robot))


def blocked_by_a_forklift(*, aside: float) -> Evidence:
    """No load stands across the way; one stands beside it."""
    walls = [Thing("wall", (0.4, b - a, 3.0), stays(10, (a + b) / 2), loose=False) for a, b in ((0, 4), (6, 7.4))]
    truck = Thing("forklift", (1.0, 1.6, 1.0), stays(10, 5))
    return episode(Thing("pallet", (1.0, 1.0, 1.0), stays(5, 5.5 + aside), share=0.016), truck, *walls)


# -- things that move ----------------------------------------------------------------------------------------------

FACING_AWAY, FACING = 0.0, np.pi


def forklift_reversing(
    *, speed: float = 0.27, heading: float = FACING_AWAY, back: float = 10.3, east: float = -1.0, share: Any = 0.011
) -> Evidence:
    """A robot that stands at 2 m, and a forklift whose back is ``back`` m along the hall."""
    truck = Thing("forklift", (3.3, 1.15, 2.0), along(back + 1.65, 5, speed, heading, east), share=share)
    return episode(truck, robot=replace(ROBOT, way=stays(2, 5)))


def at_first(share: float, frames: int) -> FloatArray:
    """Seen in so many frames only."""
    return np.where(np.arange(FRAMES) < frames, share, 0.0)


def near_miss(*, gap: float = 0.48, speed: float = 0.41, share: Any = 0.0041, kind: str = "robot") -> Evidence:
    one = Thing("forklift", (3.3, 1.15, 2.0), along(4, 7, speed), share=share)
    other = Thing(kind, (0.8, 0.6, 0.4), along(14, 7 - 0.575 - 0.3 - gap, speed, east=-1.0))
    return episode(one, other)


def person_steps_out(
    *,
    rack: bool = True,
    until: float = 5.6,
    speed: float = 1.0,
    share: float = 0.011,
    before: float = 0.0,
    robot_until: float = 18.0,
    looks: float = 0.0,
    appears: float = 6.5,
) -> Evidence:
    """A robot drives by a rack, behind which a person waits, to walk into its way when it has come to ``appears`` m."""
    x = np.minimum(2.0 + TIME, robot_until)
    y = np.maximum(8.0 - 1.5 * np.maximum(TIME - (appears - 2.0), 0.0) * speed, until)
    person_way = np.column_stack([np.full(FRAMES, 10.2), y, np.full(FRAMES, -np.pi / 2)])
    robot_way = np.column_stack([x, np.full(FRAMES, 5.0), np.full(FRAMES, looks)])
    person = Thing("person", (0.4, 0.5, 1.8), person_way, share=np.where(y < 6.6, share, before))
    racks = [Thing("rack", (4.0, 1.0, 3.0), stays(8, 7), loose=False)] if rack else []
    return episode(person, *racks, robot=replace(ROBOT, way=robot_way))


# -- pictures ------------------------------------------------------------------------------------------------------


def power_cut(*, seen: Sequence[float] = (73,) * FRAMES, hall: float = 150) -> Evidence:
    views = [view(k, NOTHING, value) for k, value in enumerate(seen)]
    return episode(views=views, drawn=lambda _, one: np.full_like(one.rgb, hall))


def power_cut_by_two_cameras(dark_corner: float) -> Evidence:
    """One camera sees a hall as bright as it should be, and the other one a corner."""
    should_be = {"front": 150, "back": 45}
    is_so = {"front": 150.0, "back": dark_corner}
    views = [view(k, NOTHING, value, camera=name) for k in range(FRAMES) for name, value in is_so.items()]
    return episode(views=views, drawn=lambda _, one: np.full_like(one.rgb, should_be[one.camera.name]))


CLEAN = [np.random.default_rng(k).integers(40, 200, (SIDE, SIDE, 3)).astype(np.uint8) for k in range(FRAMES)]


def dirty_camera(spoiled: Callable[[int, Picture], Any]) -> Evidence:
    views = [view(k, NOTHING, np.clip(spoiled(k, CLEAN[k]), 0, 255)) for k in range(FRAMES)]
    return episode(views=views, drawn=lambda _, one: CLEAN[one.frame])


def speck(rows: int, by: float = 32.0, moves: int = 0) -> Callable[[int, Picture], Any]:
    """So many rows of 100 are darker."""

    def spoiled(k: int, clean: Picture) -> Any:
        dark = (np.arange(SIDE) - moves * k) % SIDE < rows
        return clean - by * dark[:, None, None]

    return spoiled


def dirty_camera_beside_a_small_clean_one() -> Evidence:
    dirty = dirty_camera(speck(9))
    small = [view(k, NOTHING[:40, :50], 99, camera="small") for k in range(FRAMES)]
    views = [one for pair in zip(dirty.views, small, strict=True) for one in pair]
    return replace(
        dirty, views=views, drawn=lambda scene, one: one.rgb if one.camera.name == "small" else dirty.drawn(scene, one)
    )


def knocked_camera(rolls: Sequence[float], pitch: float = 0.0) -> Evidence:
    turned = []
    for roll in rolls:
        turn = geometry.quaternion_multiply(
            geometry.quaternion_from_axis_angle((-1, 0, 0), pitch), geometry.quaternion_from_axis_angle((0, 0, 1), roll)
        )
        turned.append(np.array([0, 0, 1, *geometry.quaternion_multiply(LEVEL[3:], turn)]))
    return episode(views=[view(k, NOTHING, pose=pose) for k, pose in enumerate(turned)])


def wet_floor(*, friction: float = 0.29, darker: int = 15, floor: float = 0.06) -> Evidence:
    """A floor that is ``darker`` than a dry one; what else there is differs much more from what is drawn."""
    base = Thing("floor", (20.0, 10.0, 0.02), stays(10, 5), -0.02, floor, loose=False, friction=friction)
    seen = episode(base)
    ids = {one.class_name: one.id for one in seen.scene.instances}

    def drawn(scene: Scene, one: View) -> Picture:
        dry = any(geom.material == "dry_floor" for body in scene.bodies for geom in body.geoms)
        on_floor = one.instance == ids["floor"]
        return np.where(on_floor, 120 + darker * dry, 255)[..., None].repeat(3, axis=-1).astype(np.uint8)

    return replace(seen, drawn=drawn)


JUDGED: list[tuple[str, Callable[[], Evidence], bool]] = [
    ("spill", spill, True),
    ("spill", lambda: spill(share=0.0039), False),
    ("spill", lambda: spill(aside=0.92), False),
    ("fallen_load", fallen_load, True),
    ("fallen_load", lambda: fallen_load(share=0.0029), False),
    ("fallen_load", lambda: fallen_load(aside=1.1), False),
    ("fallen_load", lambda: fallen_load(second=0.06), False),
    ("fallen_load", lambda: fallen_load(pallet=0.06), False),
    ("fallen_load", lambda: fallen_load(away=3.1), False),
    ("overhanging_load", overhanging_load, True),
    ("overhanging_load", lambda: overhanging_load(share=0.0049), False),
    ("overhanging_load", lambda: overhanging_load(underside=0.24), False),
    ("overhanging_load", lambda: overhanging_load(underside=0.51), False),
    ("overhanging_load", lambda: overhanging_load(aside=0.32), False),
    ("blocked_aisle", blocked_aisle, True),
    ("blocked_aisle", lambda: blocked_aisle(share=0.014), False),
    ("blocked_aisle", lambda: blocked_aisle(width=0.5), False),
    ("blocked_aisle", lambda: blocked_aisle(loose=False), False),
    ("blocked_aisle", lambda: blocked_aisle(other=7.2), False),
    ("blocked_aisle", lambda: blocked_by_a_forklift(aside=0.45), True),
    ("blocked_aisle", lambda: blocked_by_a_forklift(aside=0.55), False),
    # Where a scene has the robot, before an episode puts it elsewhere, nothing stands.
    ("blocked_aisle", lambda: blocked_aisle(width=0.5, drawn_at=(10.0, 5.5)), False),
    ("forklift_reversing", forklift_reversing, True),
    ("forklift_reversing", lambda: forklift_reversing(speed=0.24), False),
    ("forklift_reversing", lambda: forklift_reversing(heading=FACING), False),
    ("forklift_reversing", lambda: forklift_reversing(heading=FACING, east=1.0), False),
    ("forklift_reversing", lambda: forklift_reversing(back=14.8), False),
    ("forklift_reversing", lambda: forklift_reversing(share=0.009), False),
    ("forklift_reversing", lambda: forklift_reversing(share=at_first(0.02, 2)), True),
    ("forklift_reversing", lambda: forklift_reversing(share=at_first(0.02, 1)), False),
    ("near_miss", near_miss, True),
    ("near_miss", lambda: near_miss(gap=0.52), False),
    ("near_miss", lambda: near_miss(gap=-0.01), False),
    ("near_miss", lambda: near_miss(speed=0.39), False),
    ("near_miss", lambda: near_miss(share=0.0039), False),
    ("near_miss", lambda: near_miss(share=at_first(0.02, 8)), False),  # long before they meet
    ("near_miss", lambda: near_miss(kind="person"), False),
    ("person_steps_out", person_steps_out, True),
    ("person_steps_out", lambda: person_steps_out(rack=False), False),
    ("person_steps_out", lambda: person_steps_out(until=5.75), False),
    ("person_steps_out", lambda: person_steps_out(share=0.009), False),
    ("person_steps_out", lambda: person_steps_out(before=0.01), True),
    ("person_steps_out", lambda: person_steps_out(before=0.012), False),  # seen through the rack
    ("person_steps_out", lambda: person_steps_out(robot_until=5.7), True),
    ("person_steps_out", lambda: person_steps_out(robot_until=5.5), False),
    ("person_steps_out", lambda: person_steps_out(looks=np.pi), False),
    ("person_steps_out", lambda: person_steps_out(speed=0.2, robot_until=8.0), False),  # came out long before
    ("person_steps_out", lambda: person_steps_out(appears=2.5, robot_until=7.0), False),  # hidden for a moment only
    ("power_cut", power_cut, True),
    ("power_cut", lambda: power_cut(seen=(77,) * FRAMES), False),
    ("power_cut", lambda: power_cut(hall=100, seen=(54,) * FRAMES), True),
    ("power_cut", lambda: power_cut(hall=100, seen=(56,) * FRAMES), False),
    ("power_cut", lambda: power_cut(seen=(150,) * (FRAMES - 6) + (30,) * 6), True),
    ("power_cut", lambda: power_cut(seen=(150,) * (FRAMES - 1) + (30,)), False),
    ("power_cut", lambda: power_cut(seen=(3,) * FRAMES), True),
    ("power_cut", lambda: power_cut(seen=(1,) * FRAMES), False),
    ("power_cut", lambda: power_cut(seen=()), False),
    ("power_cut", lambda: power_cut_by_two_cameras(dark_corner=45), False),
    ("power_cut", lambda: power_cut_by_two_cameras(dark_corner=20), True),
    ("dirty_camera", lambda: dirty_camera(speck(8)), True),
    ("dirty_camera", lambda: dirty_camera(speck(6)), False),
    ("dirty_camera", lambda: dirty_camera(speck(8, by=20)), False),
    ("dirty_camera", lambda: dirty_camera(speck(8, moves=11)), False),
    ("dirty_camera", lambda: dirty_camera(lambda _, clean: 0.5 * clean), False),
    ("dirty_camera", lambda: dirty_camera(lambda _, clean: clean * (1.2, 1.0, 0.7) + 20), False),
    (
        "dirty_camera",
        lambda: dirty_camera(lambda k, clean: clean + np.random.default_rng(k).normal(0, 25, clean.shape)),
        False,
    ),
    ("dirty_camera", dirty_camera_beside_a_small_clean_one, True),
    ("dirty_camera", lambda: episode(views=()), False),
    ("knocked_camera", lambda: knocked_camera([0.15] * FRAMES), True),
    ("knocked_camera", lambda: knocked_camera([-0.15] * FRAMES), True),
    ("knocked_camera", lambda: knocked_camera([0.13] * FRAMES), False),
    ("knocked_camera", lambda: knocked_camera([0.0] * FRAMES, pitch=0.5), False),
    ("knocked_camera", lambda: knocked_camera([0.5] * (FRAMES // 2) + [0.0] * (FRAMES // 2 + 1)), False),
    ("knocked_camera", lambda: knocked_camera([]), False),
    ("wet_floor", wet_floor, True),
    ("wet_floor", lambda: wet_floor(friction=0.31), False),
    ("wet_floor", lambda: wet_floor(darker=13), False),
    ("wet_floor", lambda: wet_floor(floor=0.04), False),
    ("wet_floor", lambda: episode(views=()), False),
]


def test_every_judge_is_tried_both_ways() -> None:
    assert {name for name, _, there in JUDGED if there} == set(cases())
    assert {name for name, _, there in JUDGED if not there} == set(cases())


@pytest.mark.parametrize(("name", "seen", "there"), JUDGED, ids=[f"{n}-{k}" for k, (n, _, _) in enumerate(JUDGED)])
def test_it_is_there_where_all_conditions_hold_and_not_where_one_just_fails(
    name: str, seen: Callable[[], Evidence], there: bool
) -> None:
    assert cases()[name].happened(seen()) is there


@pytest.mark.parametrize("name", sorted(cases()))
def test_nothing_is_seen_in_an_empty_hall_or_where_no_pictures_are(name: str) -> None:
    assert cases()[name].happened(episode()) is False
    assert cases()[name].happened(episode(views=())) is False
