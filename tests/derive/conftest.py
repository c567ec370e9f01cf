"""One recorded dataset, and the same episodes recorded without images."""

from pathlib import Path

import gymnasium
import pytest

import envs
from envs import agents
from training.dataset import DatasetWriter
from training.dataset.recorder import RecordDataset, describe, robot_cameras


def record(path: Path, *, images: bool) -> Path:
    """Two short episodes of the expert in each of two shipped factories."""
    assert envs.__name__  # importing it registers the environments
    options = {"layout": ["small_warehouse", "cross_dock"], "camera_size": (64, 48)}
    env = gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=8, **options)
    cameras = robot_cameras(env) if images else []
    agent = agents.create("expert", env.unwrapped)
    with DatasetWriter.create(path, describe(env, cameras, name=path.stem, licence="CC-BY-4.0", seed=5)) as writer:
        recorder = RecordDataset(env, writer, cameras, agent="expert")
        for seed in range(5, 9):
            observation, _ = recorder.reset(seed=seed)
            agent.reset(seed)
            ended = truncated = False
            while not (ended or truncated):
                observation, _, ended, truncated, _ = recorder.step(agent.act(observation))
    env.close()
    return path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("derive") / "recorded.zarr", images=True)


@pytest.fixture(scope="session")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("derive") / "blind.zarr", images=False)
