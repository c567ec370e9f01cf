"""Many environments at once do what each would do alone, bit for bit."""

from collections.abc import Callable, Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from envs.factory_env import FactoryEnv
from envs.observations import OBSERVATIONS
from envs.tasks import tasks
from envs.vector_env import FactoryVectorEnv
from twin.errors import InputError

SENSORS = ("lidar", "goal", "velocity", "route", "odometry", "imu", "bumper")


@pytest.fixture
def vector(layouts: dict[str, str]) -> Iterator[Callable[..., FactoryVectorEnv]]:
    made: list[gymnasium.vector.VectorEnv[Any, Any, Any]] = []

    def many(num_envs: int = 3, layout: str = "small", **options: Any) -> FactoryVectorEnv:
        known = layouts.get(layout, layout)
        made.append(gymnasium.make_vec("FactoryTwin/RouteNav-v0", num_envs, layout=known, **options))
        inner: Any = made[-1].unwrapped
        return inner

    yield many
    for env in made:
        env.close()


def replay(env: FactoryEnv, seed: int, actions: np.ndarray, limit: int) -> Iterator[tuple[Any, float, bool, bool, Any]]:
    """What a single environment gives, begun anew whenever it ends."""
    env.reset(seed=seed)
    steps = 0
    for action in actions:
        observation, reward, ended, _, info = env.step(action)
        steps += 1
        stopped = steps >= limit and not ended
        if ended or stopped:
            final = observation, info
            observation, info = env.reset()
            steps = 0
            yield observation, reward, ended, stopped, final
        else:
            yield observation, reward, ended, stopped, None


@pytest.mark.parametrize(
    ("robot", "engine", "threads", "layout"),
    [("amr", "mujoco", 2, "generated"), ("omni", "mujoco", 3, "small"), ("amr", "pybullet", None, "small")],
)
def test_each_does_what_it_would_do_alone(robot: str, engine: str, threads: int | None, layout: str, vector, make):
    options: dict[str, Any] = {"robot": robot, "engine": engine, "obs": SENSORS, "layout": layout, "shield": True}
    if layout == "generated":
        options["generator"] = {"size": (10, 8), "seeds": (3, 2), "workers": 1}
    count, limit, length = 4, 12, 30
    many = vector(count, threads=threads, max_episode_steps=limit, **options)
    single = make(**options)
    rng = np.random.default_rng(0)
    actions = rng.uniform(-0.2, 1.0, (length, count, *single.action_space.shape)).astype(np.float32)
    begun, _ = many.reset(seed=7)
    told = [many.step(actions[t]) for t in range(length)]
    ends = 0
    for k in range(count):
        first, _ = single.reset(seed=7 + k)
        for name, value in first.items():
            np.testing.assert_array_equal(begun[name][k], value)
        for t, (observation, reward, ended, stopped, final) in enumerate(replay(single, 7 + k, actions[:, k], limit)):
            observations, rewards, terminations, truncations, infos = told[t]
            assert (rewards[k], terminations[k], truncations[k]) == (reward, ended, stopped)
            for name, value in observation.items():
                np.testing.assert_array_equal(observations[name][k], value, err_msg=f"{name} of {k} at {t}")
            if final is None:
                assert "final_obs" not in infos or not infos["_final_obs"][k]
                continue
            ends += 1
            assert infos["_final_obs"][k]
            assert infos["_final_info"][k]
            for name, value in final[0].items():
                np.testing.assert_array_equal(infos["final_obs"][k][name], value)
            for name, value in final[1].items():
                assert infos["final_info"][name][k] == value
    assert ends >= count


@pytest.mark.parametrize("name", sorted(tasks()))
def test_every_task_is_the_same_alone(name: str, layouts: dict[str, str]):
    """What its rules draw, count and change too; straight on ends in something sooner or later."""
    single, many = FactoryEnv(name, layout=layouts["stations"]), FactoryVectorEnv(name, 2, layout=layouts["stations"])
    rng = np.random.default_rng(1)
    actions = rng.uniform([0.0, -0.6], [0.9, 0.6], (25, 2, 2)).astype(np.float32)
    begun, _ = many.reset(seed=3)
    told = [many.step(actions[t]) for t in range(25)]
    for k in range(2):
        first, _ = single.reset(seed=3 + k)
        for key, value in first.items():
            np.testing.assert_array_equal(begun[key][k], value)
        for t, (observation, reward, ended, _, final) in enumerate(replay(single, 3 + k, actions[:, k], 10**6)):
            observations, rewards, terminations, _, infos = told[t]
            assert (rewards[k], terminations[k]) == (reward, ended)
            for key, value in observation.items():
                np.testing.assert_array_equal(observations[key][k], value, err_msg=f"{key} of {k} at {t}")
            for key, value in (final[1] if final else {}).items():
                assert infos["final_info"][key][k] == value, key
    single.close()
    many.close()


def test_every_observation_is_the_same_alone(layouts: dict[str, str]):
    options: dict[str, Any] = {"layout": layouts["small"], "obs": tuple(OBSERVATIONS), "camera_size": (32, 24)}
    many = FactoryVectorEnv("RouteNav", 2, **options)
    told = [many.reset(seed=3)[0], *(many.step(np.full((2, 2), 0.3, np.float32))[0] for _ in range(3))]
    single = FactoryEnv("RouteNav", **options)
    for k in range(2):
        alone = [single.reset(seed=3 + k)[0], *(single.step(np.full(2, 0.3, np.float32))[0] for _ in range(3))]
        for t, observation in enumerate(alone):
            for name, value in observation.items():
                np.testing.assert_array_equal(told[t][name][k], value, err_msg=f"{name} of {k} at {t}")
    single.close()
    many.close()


def test_the_spaces_are_those_of_one_with_an_axis_more(vector):
    many = vector(3)
    assert many.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    observations, infos = many.reset(seed=1)
    assert many.observation_space.contains(observations)
    assert all(text.startswith("Go to ") for text in infos["instruction"])
    observations, rewards, *_ = many.step(many.action_space.sample())
    assert many.observation_space.contains(observations)
    assert rewards.shape == (3,)


def test_a_mask_resets_some_and_leaves_the_others(vector):
    many = vector(3)
    many.reset(seed=1)
    for _ in range(3):
        before, *_ = many.step(np.full((3, 2), 0.3, np.float32))
    after, infos = many.reset(seed=[5, None, None], options={"reset_mask": np.array([True, False, False])})
    np.testing.assert_array_equal(after["lidar"][1:], before["lidar"][1:])
    alone = vector(1)
    np.testing.assert_array_equal(after["lidar"][0], alone.reset(seed=5)[0]["lidar"][0])
    assert infos["_distance_to_goal"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda e: e.reset(seed=[1, 2]), "seed must be one number or 3 of them, not 2"),
        (lambda e: e.step(np.zeros((2, 2))), r"the actions must have the shape \(3, 2\), not \(2, 2\)"),
        (lambda e: e.step(np.full((3, 2), np.nan)), "the actions must be finite"),
        (lambda e: e.reset(options={"reset_mask": [True]}), "reset_mask must be 3 booleans, one of them true"),
    ],
)
def test_wrong_calls_are_named(call: Callable[[FactoryVectorEnv], Any], text: str, vector):
    many = vector(3)
    many.reset(seed=0)
    with pytest.raises(InputError, match=text):
        call(many)


def test_there_must_be_one_at_least(layouts: dict[str, str]):
    with pytest.raises(InputError, match="num_envs must be a whole number of at least 1, not 0"):
        FactoryVectorEnv("RouteNav", 0, layout=layouts["small"])


def test_a_window_for_many_is_refused_in_words(vector):
    with pytest.raises(InputError, match="open no window; take 'rgb_array'"):
        vector(2, render_mode="human")
