"""Layouts as files: round trips, names, digests, the shipped ones, and where things may not be."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import factories
import robots
from factories.builder import build
from factories.equipment import kinds
from factories.equipment.blocks import Blocks
from factories.equipment.carton import Carton
from factories.equipment.keepout import Keepout
from factories.equipment.pallet import Pallet
from factories.equipment.rack import Rack
from factories.equipment.worker import Worker
from factories.layout import Layout, corners
from factories.validation import problems, validate
from twin.errors import InputError, UnknownNameError
from twin.scene import Pose

COORDINATES = st.floats(-2000, 2000)
EQUIPMENT = st.one_of(
    st.builds(
        Rack,
        at=st.tuples(COORDINATES, COORDINATES),
        yaw_deg=st.floats(-360, 360),
        bays=st.integers(1, 40),
        fill=st.floats(0, 1),
        seed=st.integers(0, 2**32 - 1),
    ),
    st.builds(Pallet, at=st.tuples(COORDINATES, COORDINATES), load=st.sampled_from(("none", "cartons", "pallet_box"))),
    st.builds(Carton, at=st.tuples(COORDINATES, COORDINATES), mass=st.none() | st.floats(0.1, 100)),
    st.builds(
        Worker,
        at=st.tuples(COORDINATES, COORDINATES),
        waypoints=st.lists(st.tuples(COORDINATES, COORDINATES), max_size=3).map(tuple),
        loop=st.booleans(),
    ),
)
LAYOUTS = st.builds(
    Layout,
    name=st.text(min_size=1, max_size=20),
    description=st.text(max_size=40),
    size=st.tuples(st.floats(2, 2000), st.floats(2, 2000)),
    origin=st.tuples(COORDINATES, COORDINATES),
    equipment=st.lists(EQUIPMENT, max_size=4).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=LAYOUTS)
def test_what_is_saved_reads_back_with_the_same_digest(tmp_path: Path, layout: Layout) -> None:
    from twin.yaml_files import load_yaml_model

    factories.save(layout, tmp_path / "layout.yaml")
    again = load_yaml_model(tmp_path / "layout.yaml", Layout)
    assert again == layout
    assert again.digest() == layout.digest()


@pytest.mark.parametrize("name", factories.names())
def test_shipped_layouts_are_valid_and_survive_a_round_trip(name: str, tmp_path: Path) -> None:
    layout = factories.load(name)
    assert layout.name == name
    assert layout.description
    assert list(problems(layout)) == []
    factories.save(layout, tmp_path / "copy.yaml")
    assert factories.load(tmp_path / "copy.yaml").digest() == layout.digest()


@pytest.mark.parametrize("name", factories.names())
def test_a_robot_can_reach_all_of_the_free_floor_of_shipped_layouts(name: str) -> None:
    layout = factories.load(name)
    taken = shapely.union_all(shapely.polygons(np.concatenate([layout.solids(), layout.keepouts()])))
    free = shapely.buffer(shapely.difference(shapely.box(*layout.bounds), taken), -0.55)
    assert isinstance(free, shapely.Polygon)  # one piece
    assert free.area > 150


def test_at_least_four_different_factories_are_shipped() -> None:
    assert {"small_warehouse", "cross_dock", "assembly_line", "narrow_aisles"} <= set(factories.names())
    assert len({factories.load(name).digest() for name in factories.names()}) == len(factories.names())


def test_every_kind_of_equipment_that_people_place_is_shipped_somewhere() -> None:
    shipped = {item.type for name in factories.names() for item in factories.load(name).equipment}
    accidents = {"spill", "fallen_load", "long_goods"}
    assert set(kinds()) - {"blocks", "keepout"} - accidents <= shipped


def test_unnamed_equipment_is_counted_by_type_around_the_names_that_are_taken() -> None:
    layout = Layout(
        name="n",
        size=(30, 20),
        equipment=(Pallet(at=(1, 1)), Pallet(at=(3, 1), name="pallet_2"), Pallet(at=(5, 1)), Carton(at=(7, 1))),
    )
    assert [item.name for item in layout.equipment] == ["pallet_1", "pallet_2", "pallet_3", "carton_1"]


def test_more_equipment_is_added_as_if_the_file_had_it() -> None:
    first, second = {"type": "pillar", "at": (2, 2)}, {"type": "pillar", "at": (5, 5)}
    layout = Layout.model_validate({"name": "a", "size": (10, 8), "height": 4, "equipment": [first]})
    whole = Layout.model_validate({"name": "b", "size": (10, 8), "height": 4, "equipment": [first, second]})
    assert layout.with_more([second], name="b") == whole
    assert layout.with_more(whole.equipment[1:], name="b") == whole
    assert len(layout.equipment) == 1


def test_any_change_changes_the_digest() -> None:
    layout = factories.load("small_warehouse")
    first = layout.equipment[0]
    moved = first.model_copy(update={"at": (first.at[0] + 1e-9, first.at[1])})
    assert layout.model_copy(update={"equipment": (moved, *layout.equipment[1:])}).digest() != layout.digest()
    assert layout.model_copy(update={"height": 7.0}).digest() != layout.digest()


def test_a_file_is_parsed_once_and_anew_when_it_was_edited(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nsize: [8, 8]\n")
    first = factories.load(file)
    assert factories.load(file) is first
    hash(first)  # all of it can be hashed: what is shared cannot be changed
    file.write_text("name: mine\nsize: [8, 9]\n")
    assert factories.load(file).size == (8, 9)
    assert first.size == (8, 8)


def test_layouts_and_equipment_are_frozen() -> None:
    layout = factories.load("small_warehouse")
    with pytest.raises(ValidationError):
        layout.name = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        layout.equipment[0].yaw_deg = 3.0


@given(yaw=st.floats(-360, 360), x=COORDINATES, y=COORDINATES)
def test_keepout_corners_turn_with_their_equipment(yaw: float, x: float, y: float) -> None:
    item = Keepout(at=(x, y), yaw_deg=yaw, boxes=((1.0, 2.0, 3.0, 4.0),))
    ((a, b, c, d),) = corners(item, item.keepouts())
    assert np.linalg.norm(b - a) == pytest.approx(3, abs=1e-6)
    assert np.linalg.norm(c - b) == pytest.approx(4, abs=1e-6)
    cross = (b - a)[0] * (d - a)[1] - (b - a)[1] * (d - a)[0]
    assert cross == pytest.approx(12, abs=1e-6)  # counter-clockwise
    assert np.hypot(*(a - (x, y))) == pytest.approx(math.hypot(1, 2), abs=1e-6)


def test_a_layouts_keepouts_are_those_of_its_equipment() -> None:
    layout = Layout(
        name="k",
        size=(30, 20),
        equipment=(Keepout(boxes=((0, 0, 1, 1), (2, 0, 1, 1))), Rack(at=(8, 8)), Blocks(boxes=((20, 5, 1, 1),))),
    )
    assert layout.keepouts().shape == (3, 4, 2)  # two boxes and the rack's footprint
    assert layout.solids().shape == (2, 4, 2)
    assert Layout(name="empty", size=(5, 5)).keepouts().shape == (0, 4, 2)


def broken(**content: Any) -> str:
    layout = Layout(name="b", size=(20, 10), **content)
    with pytest.raises(InputError) as caught:
        validate(layout)
    return str(caught.value)


def test_overlapping_racks_are_both_named_with_the_area() -> None:
    message = broken(equipment=(Rack(at=(6, 5), name="north"), Rack(at=(6, 5.5), name="south")))
    assert message == "layout 'b':\n  equipment[1].at: rack 'south' overlaps rack 'north' by 5.9 m2"


def test_things_that_touch_do_not_overlap() -> None:
    validate(Layout(name="t", size=(20, 10), equipment=(Rack(at=(6, 4)), Rack(at=(6, 5.2)))))


def test_turned_things_overlap_by_their_true_shape() -> None:
    one = Pallet(at=(5, 5), yaw_deg=45)
    validate(Layout(name="t", size=(20, 10), equipment=(one, Carton(at=(5.85, 4.2)))))
    assert "overlaps" in broken(equipment=(one, Carton(at=(5.5, 5.5))))


def test_things_outside_of_the_hall_are_named() -> None:
    message = broken(equipment=(Pallet(at=(25, 5)), Pallet(at=(0.3, 5)), Blocks(boxes=((19, 9, 0.5, 2),))))
    assert "equipment[0].at: pallet 'pallet_1' stands outside the hall, x 0 to 20, y 0 to 10" in message
    assert "equipment[1].at: pallet 'pallet_2' stands outside" in message
    assert "equipment[2].at: blocks 'blocks_1' stands outside" in message


def test_walks_lead_through_nothing_and_stay_inside() -> None:
    message = broken(
        equipment=(
            Worker(at=(2, 5), waypoints=((18, 5), (18, 12))),
            Pallet(at=(10, 5.3)),
            Worker(at=(2, 2), waypoints=((5, 2), (5, 8)), loop=True),
            Pallet(at=(3.6, 5)),
        )
    )
    assert "equipment[0].waypoints[0]: worker 'worker_1' would walk through pallet 'pallet_1'" in message
    assert "equipment[0].waypoints[1]: worker 'worker_1' would walk out of the hall" in message
    assert (
        "equipment[2].waypoints[1]: worker 'worker_2' would walk through pallet 'pallet_2'" in message
    )  # the way back


def test_names_are_unique() -> None:
    message = broken(equipment=(Pallet(at=(3, 3), name="a"), Carton(at=(8, 3), name="a")))
    assert "equipment[1].name: the name 'a' is taken by a pallet before it" in message


def test_names_of_the_hall_and_of_the_robot_are_taken() -> None:
    empty = Layout(name="b", size=(20, 10))
    robot = robots.load("amr").scene(Pose())
    for name in (*(body.name for body in build(empty).bodies), robot.bodies[0].name):
        message = broken(equipment=(Pallet(at=(3, 3), name=name),))
        by = "the robot" if name == "robot" else "the hall itself"
        assert message == f"layout 'b':\n  equipment[0].name: the name '{name}' is taken by {by}"


def test_a_hall_without_room_for_a_robot_is_refused() -> None:
    assert "size: no free floor is left for a robot" in broken(equipment=(Blocks(boxes=((0, 0, 20, 9.5),)),))
    assert "no free floor" in broken(equipment=(Keepout(boxes=((0, 0, 20, 10),)),))
    validate(Layout(name="t", size=(20, 10), equipment=(Blocks(boxes=((0, 0, 20, 8.9),)),)))


def test_problems_of_a_file_have_their_place(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "name: f\nsize: [20, 10]\nequipment:\n  - {type: rack, at: [6, 5]}\n  - type: rack\n    at: [6, 5.5]\n"
        "  - {type: worker, at: [1, 8], waypoints: [[3, 8], [6, 8], [6, 2]]}\n"
    )
    with pytest.raises(InputError) as caught:
        factories.load(path)
    assert str(caught.value).splitlines() == [
        f"{path}:6:5: equipment[1].at: rack 'rack_2' overlaps rack 'rack_1' by 5.9 m2",
        f"{path}:7:60: equipment[2].waypoints[2]: worker 'worker_1' would walk through rack 'rack_1'",
        f"{path}:7:60: equipment[2].waypoints[2]: worker 'worker_1' would walk through rack 'rack_2'",
    ]


def test_unknown_equipment_and_keys_get_the_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "name: f\nsize: [20, 10]\nequipment:\n  - {type: rak, at: [6, 5]}\n  - {type: rack, at: [6, 5], bay: 3}\n"
    )
    with pytest.raises(InputError) as caught:
        factories.load(path)
    first, second = str(caught.value).splitlines()
    assert first.startswith(
        f"{path}:4:6: equipment[0].type: unknown type 'rak'; did you mean 'rack'? allowed: barrier,"
    )
    assert second.startswith(f"{path}:5:30: equipment[1].bay: unknown key 'bay'; did you mean 'bays'? allowed: at,")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("size: [20, .nan]", "size[1]: should be a finite number, not nan"),
        ("size: [20, -10]", "size[1]: should be greater than or equal to 2, not -10"),
        ("size: [20, 1e12]", "size[1]: should be less than or equal to 2000, not 1000000000000.0"),
        ("size: [20]", "size[1]: this value is missing"),
        ("size: wide", 'size: should be a list, not "wide"'),
        ("size: [9, 9]\nequipment: [{type: carton, at: [1, .inf]}]", "equipment[0].at[1]: should be a finite number"),
        ("size: [9, 9]\nequipment: [{type: carton, at: [1, 1], size: [1, 1, 0]}]", "size[2]: should be greater than"),
        ("size: [9, 9]\nequipment: [{type: rack, at: [4, 4], bays: 1.5}]", "bays: should be a valid integer"),
        ("size: [9, 9]\nequipment: [{type: rack, at: [4, 4], depth: 0.6}]", "needs a depth of at least 1.0 m"),
        ("size: [9, 9]\nequipment: [{type: pallet, at: [4, 4], load: cartns}]", "did you mean 'cartons'?"),
        ("size: [9, 9]\nformat: 2", "format: should be 1, not 2"),
    ],
)
def test_senseless_values_are_refused_with_their_place(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(f"name: f\n{line}\n")
    with pytest.raises(InputError) as caught:
        factories.load(path)
    assert str(caught.value).startswith(f"{path}:")
    assert message in str(caught.value)


def test_unknown_layouts_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown layout 'smal_warehouse'; did you mean 'small_warehouse'"):
        factories.load("smal_warehouse")
    with pytest.raises(InputError, match=r"none\.yaml: there is no such layout file"):
        factories.load(tmp_path / "none.yaml")
