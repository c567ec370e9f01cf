"""Episodes begin on free floor, away from people, with a way to the goal."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.episodes import PEOPLE_DISTANCE
from envs.factory_env import FactoryEnv
from envs.goals import FreePlaces
from factories.geodesics import GeodesicField
from factories.layout import Layout
from twin.errors import InputError, PlanningError, UnknownNameError
from twin.physics import ENGINES
from twin.sensors.raycast import Fan, PlanarRays

GOALS = FreePlaces()


def people(env: FactoryEnv) -> np.ndarray:
    return env.world.patrols.poses()[:, :2]


def assert_fair(env: FactoryEnv) -> None:
    """The start touches nothing, people are away, and a way of the right length leads to the goal."""
    start, goal = np.array(env.episode.start[:2]), env.episode.goal
    assert all(np.hypot(*(start - person)) > PEOPLE_DISTANCE for person in people(env))
    field = GeodesicField(env.site.known, goal, env.robot.radius)
    assert np.isfinite(field.distance(start))
    assert field.distance(start) > env.task.arrival.radius
    env.world.step(np.zeros(3), np.random.default_rng(0))
    assert not env.world.touching()


@settings(max_examples=12)
@given(st.integers(0, 2**31), st.sampled_from(list(ENGINES)), st.sampled_from(["amr", "omni"]))
def test_on_generated_layouts(seed: int, engine: str, robot: str):
    generator = {"size": (12, 9), "density": 0.3, "clutter": 6.0, "workers": 2, "seeds": (seed, 1)}
    env = FactoryEnv("RouteNav", layout="generated", generator=generator, engine=engine, robot=robot)
    try:
        for reset in range(3):
            env.reset(seed=seed + reset)
            assert_fair(env)
    finally:
        env.close()


@pytest.mark.parametrize("layout", ["small_warehouse", "cross_dock", "assembly_line", "narrow_aisles"])
def test_on_shipped_layouts(layout: str, make):
    env = make(layout=layout)
    lengths = []
    for seed in range(6):
        env.reset(seed=seed)
        assert_fair(env)
        lengths.append(env.episode.shortest)
    assert min(lengths) >= GOALS.min_distance
    assert max(lengths) <= GOALS.max_distance


def test_a_small_hall_has_the_longest_ways_it_can(make):
    env = make(layout="empty")
    for seed in range(5):
        env.reset(seed=seed)
        assert_fair(env)


def test_a_start_and_a_goal_may_be_given(make):
    env = make(layout="empty")
    _, info = env.reset(seed=0, options={"start": (1.5, 1.5, 0.7), "goal": [6.0, 4.5]})
    assert env.world.planar() == pytest.approx((1.5, 1.5, 0.7))
    assert env.state.goal == (6.0, 4.5)
    assert info["distance_to_goal"] == pytest.approx(np.hypot(4.5, 3.0), rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_not_given_is_drawn_to_fit(seed: int, make):
    env = make(layout="small")
    env.reset(seed=seed, options={"start": (7.5, 4.5, 0.0)})
    assert_fair(env)
    assert env.episode.shortest >= min(GOALS.min_distance, 0.9 * 6.5)
    env.reset(seed=seed, options={"goal": (7.5, 4.5)})
    assert_fair(env)
    assert env.episode.goal == (7.5, 4.5)


def test_nobody_walks_into_a_given_start(make):
    """The worker's line passes it: wherever they are drawn to be, they begin elsewhere."""
    env = make(layout="small")
    for seed in range(25):
        env.reset(seed=seed, options={"start": (1.6, 1.6, 0.0), "goal": (7.5, 4.5)})
        assert_fair(env)


def test_a_given_start_is_the_same_for_the_same_seed(make):
    env = make(layout="small")
    goals = []
    for seed in (1, 1, 2):
        env.reset(seed=seed, options={"start": (7.5, 4.5, 0.0)})
        goals.append((env.episode.goal, people(env).tolist()))
    assert goals[0] == goals[1] != goals[2]


WRONG_OPTIONS = [
    ({"start": (2.5, 4.2, 0.0)}, PlanningError, r"layout 'small': the start \(2.50, 4.20\) is inside or too close"),
    ({"start": (0.1, 0.1, 0.0)}, PlanningError, r"the nearest free place is \(0\.\d\d, 0\.\d\d\)"),
    ({"start": (99.0, 3.0, 0.0)}, PlanningError, r"the start \(99.00, 3.00\)"),
    ({"goal": (4.5, 2.6)}, PlanningError, r"the goal \(4.50, 2.60\) is inside or too close to something"),
    ({"start": (1.0, 1.0)}, InputError, r"'start' must be 3 finite numbers, not \(1.0, 1.0\)"),
    ({"start": (1.0, 1.0, float("nan"))}, InputError, "'start' must be 3 finite numbers"),
    ({"goal": (1.0, float("inf"))}, InputError, "'goal' must be 2 finite numbers"),
    ({"goal": "12"}, InputError, "'goal' must be 2 finite numbers, not '12'"),
    ({"goal": None}, InputError, "'goal' must be 2 finite numbers, not None"),
    ({"gaol": (1.0, 1.0)}, UnknownNameError, "unknown reset option 'gaol'; did you mean 'goal'?"),
]


@pytest.mark.parametrize(("options", "error", "message"), WRONG_OPTIONS, ids=[m for _, _, m in WRONG_OPTIONS])
def test_options_that_cannot_be_are_explained(options: dict, error: type[Exception], message: str, make):
    with pytest.raises(error, match=message):
        make(layout="small").reset(seed=0, options=options)


def test_a_goal_behind_a_closed_wall_is_refused(make):
    env = make(layout="divided")
    with pytest.raises(PlanningError, match=r"the goal \(10.00, 3.00\) is .*cut off; the nearest free place is"):
        env.reset(seed=0, options={"start": (2.0, 3.0, 0.0), "goal": (10.0, 3.0)})
    env.reset(seed=0)  # the larger side is as good as a whole hall


def test_a_refused_reset_leaves_the_running_episode_as_it_was(make):
    env = make(layout="small")
    env.reset(seed=3)
    state, episode = env.state, env.episode
    drawn = deepcopy(env.np_random).random(3)
    for seed in (4, None):
        with pytest.raises(PlanningError):
            env.reset(seed=seed, options={"goal": (2.5, 4.2)})
    assert env.state is state
    assert env.episode is episode
    np.testing.assert_array_equal(env.np_random.random(3), drawn)


def test_a_refused_reset_moves_nobody(make):
    worker = {"type": "worker", "at": (4, 3), "waypoints": [(4.5, 3)]}
    env = make(layout=Layout.model_validate({"name": "l", "size": (10, 6), "equipment": [worker]}))
    env.reset(seed=3, options={"start": (8, 3, 0), "goal": (8, 5)})
    patrols = env.world.patrols
    state, traits = patrols.save()
    with pytest.raises(PlanningError, match="found no start away from people"):
        env.reset(seed=4, options={"start": (5.5, 3, 0)})
    assert env.world.patrols is patrols
    np.testing.assert_array_equal(patrols.state, state)
    np.testing.assert_array_equal(patrols.traits, traits)


def test_a_layout_without_room_is_named(make):
    with pytest.raises(PlanningError, match=r"layout 'full' has no room for robot 'amr', whose radius is 0\.50 m"):
        make(layout="full").reset(seed=0)


@pytest.mark.parametrize("layout", ["small", "cross_dock"])
def test_around_free_places_nothing_is_nearer_than_the_robot_is_wide(layout: str, make):
    """As rays see it, at many heights up to the robot's; who walks does not count."""
    env = make(layout=layout)
    site, scene = env.site, env.world.scene
    walking = {patrol.body for patrol in scene.patrols}
    ignored = [row for row, body in enumerate(scene.bodies) if body.name in walking or row in env.world.own_bodies]
    rays = PlanarRays(scene, ignored)
    fan = Fan(0.0, 2 * np.pi / 90, 90, 2.0)
    heights = np.linspace(0.06, site.robot.height, 8)
    chosen = np.random.default_rng(0).choice(len(site.places), 150)
    gaps = [rays.cast(scene.initial_poses, (*site.places[k], 0.0), heights, fan)[0].min() for k in chosen]
    assert min(gaps) >= site.robot.radius
