"""Deliveries: what is ordered, in which order it is done, the battery, and that it can be done."""

import gc
import json
import weakref
from dataclasses import replace

import numpy as np
import pytest

import robots
from envs import agents
from envs.dispatch import ENOUGH, LATE, LOW, PER_METRE, PER_SECOND, Dispatch
from envs.factory_env import FactoryEnv
from envs.navigation import DUTY, NavigationState
from envs.navigator_kernels import in_the_way
from envs.orders import NORMAL, URGENT, Orders, _timed, way_through
from envs.sites import Site
from envs.stops import FIELDS, Stop, field_to, stops, way
from factories import load
from factories.layout import Layout
from factories.routes import look_ahead
from twin.errors import PlanningError, UnknownNameError


def known(state: NavigationState) -> dict[str, float]:
    return dict(zip(DUTY, state.duty.tolist(), strict=True))


def begun(make, seed: int = 0, battery: float = 1.0) -> tuple[FactoryEnv, Dispatch, NavigationState]:
    """A new episode with so much charge, its rule, and its first state."""
    env = make("Delivery", "stations")
    env.reset(seed=seed)
    shift = env.episode.own
    first = shift.orders[0]
    env.guide.lead_to(
        replace(env.episode, goal=first.fetch, own=replace(shift, battery=battery)), 0.0, env.state.pose[:2]
    )
    rule = Dispatch(env)
    return env, rule, rule.begin(replace(env.state, goal=first.fetch, held=0.0, time=0.0))


def arrive(env: FactoryEnv, rule: Dispatch, state: NavigationState, seconds: float = 5.0) -> NavigationState:
    """The state after the robot came to where it is sent, by magic."""
    there = replace(state, pose=(*env.episode.goal, 0.0), time=state.time + seconds, arrived=True, held=0.1)
    return rule.judge(replace(there, time=there.time - seconds, arrived=False), there)


@pytest.mark.parametrize("robot", ["amr", "omni"])
def test_orders_lead_from_station_to_station(robot: str, make):
    env = make("Delivery", "stations", robot=robot)
    for seed in range(6):
        _, info = env.reset(seed=seed)
        site, task, orders = env.site, env.task.goals, env.episode.own.orders
        names = {stop.name for stop in stops(site, task.kinds)}
        assert names == {"belt", "bench", "shelf"}
        assert len(orders) == task.count
        for order in orders:
            assert {order.source, order.target} <= names
            assert task.min_distance <= way(site, order.fetch, order.bring) <= task.max_distance
            assert site.is_free(order.fetch)
            assert site.is_free(order.bring)
        priorities = [order.priority for order in orders]
        assert priorities == sorted(priorities, reverse=True)
        assert [order.due for order in orders] != sorted([order.due for order in orders], reverse=True)
        assert env.episode.shortest == pytest.approx(way_through(site, env.episode.start[:2], orders))
        if not known(env.state)["charging"]:
            assert env.state.distance_to_goal == pytest.approx(env.episode.shortest)
        assert all(order.source in info["instruction"] for order in orders)
        json.dumps(env.draws)


def test_a_site_keeps_few_fields_of_distances_and_takes_them_along(layouts):
    site = Site.of(load(layouts["stations"]), robots.load("amr")).prepare()
    goal, *others = [tuple(xy) for xy in site.places[: FIELDS + 1].tolist()]
    first = weakref.ref(field_to(site, goal))
    assert field_to(site, goal) is first()
    far = way(site, others[-1], goal)
    for other in others:
        field_to(site, other)
    gc.collect()
    assert first() is None
    assert way(site, others[-1], goal) == far
    again = weakref.ref(field_to(site, goal))
    del site
    gc.collect()
    assert again() is None


def test_urgent_loads_come_first_and_of_those_the_nearest(make):
    env = make("Delivery", "stations")
    env.reset(seed=0)
    found = {stop.name: stop for stop in stops(env.site, env.task.goals.kinds)}
    belt, bench, shelf = found["belt"], found["bench"], found["shelf"]
    wanted: list[tuple[Stop, Stop, float]] = [(shelf, bench, NORMAL), (bench, shelf, URGENT), (belt, shelf, URGENT)]
    orders = _timed(env.site, belt.place, wanted, np.ones(3))
    assert [order.source for order in orders] == ["belt", "bench", "shelf"]
    assert [order.priority for order in orders] == [URGENT, URGENT, NORMAL]
    assert orders[0].due < orders[1].due < orders[2].due


def test_a_load_is_fetched_brought_and_paid_for(make):
    env, rule, state = begun(make)
    orders = env.episode.own.orders
    assert env.episode.goal == orders[0].fetch
    assert known(state)["priority"] == orders[0].priority
    state = arrive(env, rule, state)
    assert known(state) | {"loaded": 1.0, "delivered": 0.0} == known(state)
    assert env.episode.goal == state.goal == orders[0].bring
    assert not state.arrived
    assert state.distance_to_goal == pytest.approx(env.task.left(env.episode, state.pose))
    state = arrive(env, rule, state)
    assert known(state)["delivered"] == orders[0].priority
    assert env.episode.goal == orders[1].fetch
    assert (rule.info()["deliveries"], rule.info()["deliveries_open"]) == (1, len(orders) - 1)
    state = arrive(env, rule, state)
    state = arrive(env, rule, state, seconds=orders[1].due + 1.0)
    assert known(state)["delivered"] == LATE * orders[1].priority
    for _ in range(2):
        assert not state.arrived
        state = arrive(env, rule, state, seconds=0.1)
    assert state.arrived
    in_time = orders[0].priority + orders[2].priority * (state.time <= orders[2].due)
    assert rule.info()["in_time"] == pytest.approx(in_time / sum(order.priority for order in orders))


def test_progress_is_continuous_over_stops(make):
    env, rule, state = begun(make)
    shown = replace(state, previous_distance=state.distance_to_goal + 0.1)
    after = arrive(env, rule, shown)
    assert after.previous_distance - after.distance_to_goal == pytest.approx(0.1)


def test_what_was_seen_on_the_way_to_one_stop_is_known_on_the_way_to_the_next(make):
    env, rule, state = begun(make)
    order = env.episode.own.orders[0]
    middle = look_ahead(field_to(env.site, order.bring).route(order.fetch), order.fetch, [1.5])
    pallet = (middle[0] + 0.1 * np.mgrid[-2:3, -2:3].reshape(2, -1).T).astype(float)
    env.navigator.update(state.time, state.pose[:2], pallet)
    arrive(env, rule, state)
    assert env.episode.goal == order.bring
    ahead = env.navigator.ahead(order.fetch, np.arange(0.0, 5.0, 0.05))
    assert not in_the_way(ahead, pallet, env.robot.radius - 0.05)


def test_an_empty_battery_is_the_end(make):
    env, rule, state = begun(make, battery=1.0)
    rule._battery = PER_SECOND + 3.0 * PER_METRE
    x, y, yaw = state.pose
    after = rule.judge(state, replace(state, pose=(x + 2.0, y, yaw), time=0.5))
    assert known(after)["battery"] == pytest.approx(0.5 * PER_SECOND + PER_METRE)
    assert not after.stranded
    after = rule.judge(after, replace(after, pose=(x + 5.0, y, yaw), time=1.0))
    assert after.stranded
    assert known(after)["battery"] == 0.0
    env.state = after
    assert env.ended


def test_who_has_too_little_charges_first_and_stays_until_it_has_enough(make):
    env, rule, state = begun(make, battery=LOW)
    charger = stops(env.site, ("charging_dock",))[0].place
    assert (env.episode.goal, known(state)["charging"]) == (charger, 1.0)
    steps = 0
    while known(state)["charging"]:
        state = arrive(env, rule, state, seconds=1.0)
        steps += 1
    assert known(state)["battery"] >= ENOUGH
    assert steps >= (ENOUGH - LOW) / 0.04
    assert env.episode.goal == env.episode.own.orders[0].fetch
    assert rule.info()["charges"] == 1


def test_the_expert_delivers(make):
    env = make("Delivery", "stations")
    agent = agents.create("expert", env)
    observation, info = env.reset(seed=2)
    agent.reset(2)
    total = 0.0
    for _ in range(env.task.max_episode_steps):
        observation, reward, ended, _, info = env.step(agent.act(observation))
        total += reward
        if ended:
            break
    assert info["is_success"]
    assert info["deliveries"] == 3
    assert info["min_battery"] > 0
    assert total > 10


def test_what_cannot_be_is_explained(make):
    with pytest.raises(
        PlanningError,
        match="layout 'empty' has no two of conveyor, rack, workstation at least 3 m apart that robot 'amr'",
    ):
        make("Delivery", "empty").reset(seed=0)
    with pytest.raises(UnknownNameError, match="unknown reset option 'goal'"):
        make("Delivery", "stations").reset(seed=0, options={"goal": (1.0, 1.0)})
    assert not Orders().fit(make("PointNav", "empty").site)


def test_without_a_charger_the_battery_is_full(make):
    racks = [{"type": "rack", "at": (x, 5.3), "bays": 1, "levels": 2} for x in (2.5, 9.5)]
    env = make("Delivery", Layout.model_validate({"name": "bare", "size": (12, 6), "equipment": racks}))
    env.reset(seed=0)
    assert known(env.state) | {"battery": 1.0, "charging": 0.0} == known(env.state)
