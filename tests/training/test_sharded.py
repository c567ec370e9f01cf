"""Environments in a few processes are the same environments."""

from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from stable_baselines3.common.vec_env import DummyVecEnv

from training.policies.sharded import ShardedVecEnv


def maker(layout: str, **options: Any) -> Callable[[], gymnasium.Env[Any, Any]]:
    def make() -> gymnasium.Env[Any, Any]:
        return gymnasium.make("FactoryTwin/PointNav-v0", layout=layout, max_episode_steps=6, **options)

    return make


def test_shards_step_like_a_single_process(layout: str):
    makers = [maker(layout)] * 3
    sharded, single = ShardedVecEnv(makers, processes=2), DummyVecEnv(makers)
    try:
        assert sharded.num_envs == 3
        assert sharded.observation_space == single.observation_space
        assert sharded.seed(4) == single.seed(4)
        ours, theirs = sharded.reset(), single.reset()
        rng = np.random.default_rng(0)
        ended = 0
        for _ in range(15):
            np.testing.assert_equal(ours, theirs)
            actions = rng.uniform(-1, 1, (3, 2)).astype(np.float32)
            ours, rewards, dones, infos = sharded.step(actions)
            theirs, expected, expected_dones, expected_infos = single.step(actions)
            np.testing.assert_array_equal(rewards, expected)
            np.testing.assert_array_equal(dones, expected_dones)
            np.testing.assert_equal(infos, expected_infos)
            ended += int(dones.sum())
            assert all("terminal_observation" in info for info, done in zip(infos, dones, strict=True) if done)
        assert ended >= 6
        assert sharded.get_attr("render_mode") == [None] * 3
        assert sharded.env_is_wrapped(gymnasium.wrappers.TimeLimit, indices=[1]) == [True]
    finally:
        sharded.close()
        single.close()
    assert sharded._workers == []
