"""A vector is recorded as its environments would be one by one, however it resets them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv

import envs
from training.dataset import Dataset, DatasetWriter
from training.dataset.recorder import RecordDataset, describe
from training.dataset.schema import EpisodeRecord
from training.dataset.vector_recorder import RecordVectorDataset, describe_vector
from training.dataset.writer import part_writers
from twin.errors import DatasetError

Make = Callable[[], gymnasium.Env[Any, Any]]
SEED, COUNT, STEPS = 3, 2, 20
ARRAYS = ("observations/state", "actions", "reward", "terminated", "truncated", "time")


def factory() -> gymnasium.Env[Any, Any]:
    assert envs.__name__  # importing it registers the environments
    return gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=6, camera_size=(32, 24))


def cart() -> gymnasium.Env[Any, Any]:
    return gymnasium.make("CartPole-v1", max_episode_steps=8)


def one_by_one(path: Path, make: Make, k: int, cameras: list[str]) -> list[tuple[EpisodeRecord, Any]]:
    """The episodes of environment k alone, acting as it does in the vector."""
    env = make()
    rng = np.random.default_rng(k)
    with DatasetWriter.create(path, describe(env, cameras, name="alone")) as writer:
        recorder = RecordDataset(env, writer, cameras)
        recorder.reset(seed=SEED + k)
        for _ in range(3 * STEPS):
            _, _, ended, cut, _ = recorder.step(action(env, rng))
            if ended or cut:
                recorder.reset()
        recorder.close()
    dataset = Dataset(path)
    return [(dataset.record(e), dataset.episode(e)) for e in range(dataset.episodes)]


def action(env: Any, rng: np.random.Generator) -> Any:
    space = env.action_space
    return rng.integers(space.n) if hasattr(space, "n") else rng.uniform(-1, 1, space.shape).astype(np.float32)


def drive(vector: VectorEnv[Any, Any, Any], mode: AutoresetMode, make: Make) -> None:
    """``STEPS`` steps; an environment that is being reset draws no action."""
    single = make()
    generators = [np.random.default_rng(k) for k in range(COUNT)]
    over = np.zeros(COUNT, bool)
    vector.reset(seed=SEED)
    for _ in range(STEPS):
        if mode is AutoresetMode.DISABLED and over.any():
            vector.reset(options={"reset_mask": over.copy()})
            over[:] = False
        idle = over if mode is AutoresetMode.NEXT_STEP else np.zeros(COUNT, bool)
        actions = [single.action_space.sample() if idle[k] else action(single, generators[k]) for k in range(COUNT)]
        _, _, ended, cut, _ = vector.step(np.stack(actions))
        over = ended | cut
    vector.close()


def record(
    path: Path, vector: VectorEnv[Any, Any, Any], mode: AutoresetMode, make: Make, cameras: list[str]
) -> Dataset:
    meta = describe_vector(vector, cameras, name="vector")
    with part_writers(path, meta, COUNT) as writers:
        drive(RecordVectorDataset(vector, writers, cameras), mode, make)
    return Dataset(path)


def assert_same(dataset: Dataset, k: int, alone: list[tuple[EpisodeRecord, Any]]) -> None:
    """Every episode of environment k is the one that it records alone."""
    mine = [e for e in range(dataset.episodes) if dataset.record(e).episode % COUNT == k]
    assert len(mine) >= 2
    for e, (there, rows) in zip(mine, alone, strict=False):
        here, seen = dataset.record(e), dataset.episode(e)
        same = {"episode", "digest"}
        assert here.model_dump(exclude=same) == there.model_dump(exclude=same)
        for name in seen:
            np.testing.assert_array_equal(seen[name], rows[name], err_msg=name)


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_our_environments_with_their_images(tmp_path: Path, mode: AutoresetMode) -> None:
    vector = SyncVectorEnv([factory] * COUNT, autoreset_mode=mode)
    dataset = record(tmp_path / "V", vector, mode, factory, ["camera"])
    assert [len(part.ends) for part in dataset.parts] == [len(part.numbers) for part in dataset.parts]
    assert_same(dataset, 1, one_by_one(tmp_path / "one", factory, 1, ["camera"]))


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_environments_in_other_processes(tmp_path: Path, mode: AutoresetMode) -> None:
    vector = AsyncVectorEnv([cart] * COUNT, autoreset_mode=mode, context="spawn")
    dataset = record(tmp_path / "V", vector, mode, cart, [])
    for k in range(COUNT):
        assert_same(dataset, k, one_by_one(tmp_path / f"{k}", cart, k, []))


def test_what_cannot_be_recorded_is_refused(tmp_path: Path) -> None:
    vector = SyncVectorEnv([cart] * COUNT)
    with part_writers(tmp_path / "V", describe_vector(vector, name="v"), 1) as writers:
        with pytest.raises(DatasetError, match="2 environments need as many writers, not 1"):
            RecordVectorDataset(vector, writers)
        vector.close()
    other = gymnasium.make_vec("CartPole-v1", 2, vectorization_mode="vector_entry_point")
    with pytest.raises(DatasetError, match="are out of reach: it records no cameras"):
        describe_vector(other, ["camera"], name="v")
    other.close()
