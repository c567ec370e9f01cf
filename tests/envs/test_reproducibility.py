"""A seed is an episode, bit for bit, whatever came before it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.factory_env import FactoryEnv
from twin.physics import ENGINES


def episode(env: FactoryEnv, seed: int | None, steps: int = 15) -> list[Any]:
    """Everything that an episode shows, with actions that follow from the seed."""
    rng = np.random.default_rng(seed or 0)
    observation, info = env.reset(seed=seed)
    seen: list[Any] = [observation, info, env.world.poses().copy()]
    for _ in range(steps):
        action = rng.uniform([0.0, -1.0], 1.0, 2).astype(np.float32)
        observation, reward, ended, _, info = env.step(action)
        seen += [observation, reward, info, env.world.poses().copy()]
        if ended:
            break
    return seen


def assert_same(first: list[Any], second: list[Any]) -> None:
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        if isinstance(a, dict):
            assert a.keys() == b.keys()
            assert_same(list(a.values()), list(b.values()))
        else:
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("engine", ENGINES)
def test_two_environments_agree(engine: str, make):
    sensors = ("lidar", "goal", "velocity", "route", "odometry", "imu", "bumper")
    one, other = (make(engine=engine, obs=sensors) for _ in range(2))
    assert_same(episode(one, 11), episode(other, 11))


@pytest.mark.parametrize("engine", ENGINES)
def test_earlier_episodes_leave_nothing_behind(engine: str, make):
    """Loose pallets that were pushed, layouts that were kept or dropped, and steps after the end."""
    fresh, used = (make(engine=engine, layout="small", collision_ends=False) for _ in range(2))
    for seed in (1, 2, 3):
        episode(used, seed, steps=40)
    assert_same(episode(fresh, 11), episode(used, 11))


def test_what_is_kept_loaded_does_not_matter(make, layouts: dict[str, str]):
    options = {"layout": [layouts["small"], layouts["empty"], "generated"],
               "generator": {"size": (10, 8), "workers": 1, "seeds": (0, 3)}}  # fmt: skip
    much, little = make(keep_sites=16, **options), make(keep_sites=1, **options)
    names = set()
    for seed in range(12):
        first = episode(much, seed, steps=2)
        assert_same(first, episode(little, seed, steps=2))
        names.add(first[1]["layout"])
    assert {"small", "empty"} < names


def test_later_episodes_follow_from_the_first_seed(make):
    one, other = make(), make()
    for seed in (5, None, None):
        assert_same(episode(one, seed, steps=3), episode(other, seed, steps=3))


def test_other_seeds_are_other_episodes(make):
    env = make()
    starts = {env.reset(seed=seed)[1]["distance_to_goal"] for seed in range(10)}
    assert len(starts) == 10


@settings(max_examples=5)
@given(st.integers(0, 2**31))
def test_generated_layouts_follow_from_the_seed(seed: int):
    def first(seed: int) -> list[Any]:
        env = FactoryEnv("PointNav", layout="generated", generator={"size": (10, 8)})
        try:
            return episode(env, seed, steps=1)
        finally:
            env.close()

    assert_same(first(seed), first(seed))
