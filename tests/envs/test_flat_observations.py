"""Flat observations are the dictionaries' numbers, alone and side by side, to the last one of an episode."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import FlattenObservation
from gymnasium.wrappers.vector import ClipAction, NormalizeReward, RecordEpisodeStatistics

from envs.flat_observations import FlatObservations
from twin.errors import InputError

ACTION = np.array([0.8, 0.1], np.float32)


def many(layout: str, **options: Any) -> Any:
    return gymnasium.make_vec("FactoryTwin/RouteNav-v0", 2, layout=layout, max_episode_steps=4, **options)


def test_rows_are_what_gymnasium_makes_of_single_ones(layouts: dict[str, str]) -> None:
    alone = FlattenObservation(gymnasium.make("FactoryTwin/RouteNav-v0", layout=layouts["small"]))
    flat = ClipAction(NormalizeReward(RecordEpisodeStatistics(FlatObservations(many(layouts["small"])))))
    assert flat.single_observation_space == alone.observation_space
    assert flat.observation_space.shape == (2, *alone.observation_space.shape)
    first, _ = alone.reset(seed=5)
    observations, infos = flat.reset(seed=5)
    np.testing.assert_array_equal(observations[0], first)
    for step in range(4):
        last = alone.step(ACTION)[0]
        observations, _, _, ended, infos = flat.step(np.stack([ACTION, ACTION]))
        assert flat.observation_space.contains(observations)
        if step < 3:
            np.testing.assert_array_equal(observations[0], last)
            assert "final_obs" not in infos
    assert ended.all()
    np.testing.assert_array_equal(infos["final_obs"][0], last)
    assert (observations[0] != last).any()
    assert infos["episode"]["l"].tolist() == [4, 4]
    alone.close()
    flat.close()


def test_rows_that_go_on_have_no_last_observation(layouts: dict[str, str]) -> None:
    flat = FlatObservations(many(layouts["small"]))
    flat.reset(seed=5)
    for _ in range(2):
        flat.step(np.stack([ACTION, ACTION]))
    flat.reset(options={"reset_mask": np.array([True, False])})
    for _ in range(2):
        *_, infos = flat.step(np.stack([ACTION, ACTION]))
    assert infos["final_obs"][0] is None
    assert infos["final_obs"][1].shape == flat.single_observation_space.shape
    flat.close()


def test_what_is_flat_already_is_refused(layouts: dict[str, str]) -> None:
    flat = FlatObservations(many(layouts["small"]))
    with pytest.raises(InputError, match=r"only dictionaries of arrays can be made flat, not Box\("):
        FlatObservations(flat)
    flat.close()
