import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

import factories
from factories.generation.floor import Floor, Spot
from factories.generator import ROBOT_RADII, GeneratorOptions, generate
from factories.layout import corners
from factories.validation import problems
from twin.errors import InputError, UnknownNameError

seeds = st.integers(0, 2**40)
sizes = st.tuples(st.floats(8, 32), st.floats(8, 24))
densities = st.floats(0, 0.6)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(seeds, sizes, densities, st.floats(0, 6))
@example(499497964222, (26.006885173740876, 24.975569264590263), 0.3320754035527791, 2.0)
@example(448705743217, (22.72433386344058, 29.273374905179743), 0.42368636925241515, 2.0)
def test_what_is_generated_is_valid_and_in_one_piece(seed, size, density, clutter):
    layout = generate(seed, size=size, density=density, clutter=clutter)
    assert list(problems(layout)) == []
    scene = factories.build(layout)
    for known_only in (True, False):
        grid = factories.occupancy_of(layout, known_only=known_only, scene=scene)
        for radius in ROBOT_RADII:
            assert label(~grid.inflated(radius).blocked)[1] == 1


@quick
@given(seeds, sizes)
def test_walks_cross_nothing_known_or_loose(seed, size):
    layout = generate(seed, size=size, workers=3, clutter=4.0)
    walks = [item.patrol() for item in layout.equipment if item.patrol()]
    standing = [item for item in layout.equipment if not item.patrol()]
    solid = shapely.union_all(shapely.polygons(np.concatenate([corners(item, item.solids()) for item in standing])))
    for walk in walks:
        assert len(walk.waypoints) > 1
        assert solid.distance(shapely.LineString(walk.waypoints)) > 0.6


@quick
@given(seeds, densities)
def test_vehicles_have_room_and_nobody_begins_in_one(seed, density):
    layout = generate(seed, size=(24, 18), density=density, workers=3, vehicles=3, yields=[False, "cooperates"])
    assert list(problems(layout)) == []
    movers = [item for item in layout.equipment if item.patrol()]
    assert {item.yields for item in movers if item.type == "worker"} <= {(False, "cooperates")}
    vehicles = [item for item in movers if item.type != "worker"]
    assert len(vehicles) == 3 or density > 0.2
    assert {item.type for item in vehicles} <= {"forklift", "mobile_robot"}


@quick
@given(seeds, densities)
def test_the_same_seed_gives_the_same_layout(seed, density):
    assert (
        generate(seed, density=density, size=(14, 12)).digest()
        == generate(seed, density=density, size=(14, 12)).digest()
    )


def test_other_seeds_give_other_layouts():
    layouts = [generate(seed, size=(16, 12)) for seed in range(12)]
    assert len({layout.digest() for layout in layouts}) == 12
    racks = [sum(item.type == "rack" for item in layout.equipment) for layout in layouts]
    assert len(set(racks)) > 2


@pytest.mark.parametrize("density", [0.0, 0.15, 0.3, 0.45])
def test_about_as_much_is_built_on_as_was_asked_for(density):
    reached = []
    for seed in range(10):
        layout = generate(seed, size=(30, 20), density=density, clutter=0, workers=0)
        area = sum(length * width for length, width in (item.footprint() for item in layout.equipment)) / 600
        docks = sum(item.type in ("charging_dock", "door") for item in layout.equipment) * 0.25 / 600
        assert area <= density + docks + 1e-9
        assert f"{area:.2f} of the floor" in layout.description
        reached.append(area)
    assert np.mean(reached) > 0.85 * density


def test_the_options_are_obeyed():
    layout = generate(5, size=(25, 18), workers=2, clutter=3.0)
    kinds = [item.type for item in layout.equipment]
    assert layout.size == (25, 18)
    assert kinds.count("worker") == 2
    assert {"pallet", "carton", "stillage", "pallet_truck", "forklift", "small_load_carrier"} & set(kinds)
    bare = [item.type for item in generate(5, size=(25, 18), workers=0, clutter=0, density=0).equipment]
    assert set(bare) <= {"door", "charging_dock"}
    assert generate(5, GeneratorOptions(size=(12, 9))) == generate(5, {"size": [12, 9]}) == generate(5, size=(12, 9))


def test_loose_things_stand_in_the_way_of_robots():
    share = []
    for seed in range(6):
        layout = generate(seed, size=(20, 14), clutter=4.0, workers=0)
        known, full = (factories.occupancy_of(layout, known_only=k).inflated(0.5).blocked for k in (True, False))
        assert not (known & ~full).any()
        share.append((full & ~known).mean())
    assert np.mean(share) > 0.03


@pytest.mark.parametrize("size", [(100, 100), (8, 100)])
def test_large_halls_are_valid_as_well(size):
    layout = generate(1, size=size)
    assert list(problems(layout)) == []
    grid = factories.occupancy_of(layout, known_only=True)
    assert label(~grid.inflated(0.55).blocked)[1] == 1


def test_seeds_are_drawn_from_their_range():
    options = GeneratorOptions.of({"seeds": [1000, 3]})
    rng = np.random.default_rng(0)
    assert {options.draw_seed(rng) for _ in range(50)} == {1000, 1001, 1002}
    assert GeneratorOptions().draw_seed(rng) >= 2**31


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"densitiy": 0.3}, r"unknown generator option 'densitiy'; did you mean 'density'\?"),
        ({"size": (3, 20)}, r"size must be two lengths from 8 to 100 m, not \(3.0, 20.0\)"),
        ({"size": "big"}, r"size must be two numbers, not 'big'"),
        ({"density": float("nan")}, r"density must be a number, not nan"),
        ({"density": 0.9}, r"density must be from 0 to 0.6, not 0.9"),
        ({"clutter": -1}, r"clutter must be from 0 to 20"),
        ({"workers": 1.5}, r"workers must be a whole number, not 1.5"),
        ({"workers": -1}, r"workers must be from 0 to 50"),
        ({"yields": "sometimes"}, r"yields should be true, false or cooperates, or a list of these, not 'sometimes'"),
        ({"yields": []}, r"yields should be one to 3 of true, false and cooperates, not 0"),
        ({"vehicles": 21}, r"vehicles must be from 0 to 20, not 21"),
        ({"seeds": (0, 0)}, r"seeds must be a first seed of at least 0 and how many"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(InputError, match=message):
        generate(0, options)


def test_a_wrong_seed_is_named():
    with pytest.raises(InputError, match="seed must be at least 0, not -1"):
        generate(-1)
    with pytest.raises(UnknownNameError):
        GeneratorOptions.of({"sizes": 3})


def test_a_floor_keeps_its_ways_open():
    floor = Floor((10.0, 6.0))
    assert floor.place(Spot(5.0, 1.5, 1.0, 2.8))
    assert not floor.place(Spot(5.0, 4.4, 1.0, 1.4))  # would leave ways of 1 m at most
    assert not floor.place(Spot(5.0, 2.0, 1.0, 1.0))  # taken
    assert not floor.place(Spot(9.9, 3.0, 1.0, 1.0))  # outside
    assert floor.place(Spot(5.0, 5.5, 1.0, 0.6, 0.0))
