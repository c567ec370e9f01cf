"""Small datasets, made by the real writer."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from small_datasets import ARRAYS, random_rows, write

from training.dataset import DatasetMeta, DatasetWriter


@pytest.fixture
def meta() -> DatasetMeta:
    return DatasetMeta(name="test", arrays=ARRAYS, licence="CC0-1.0")


@pytest.fixture
def small(tmp_path: Path, meta: DatasetMeta) -> Path:
    """Six episodes of 3 to 8 frames."""
    rng = np.random.default_rng(1)
    with DatasetWriter.create(tmp_path / "small.zarr", meta) as writer:
        write(writer, [random_rows(rng, 3 + k, bodies=1 + k) for k in range(6)])
    return tmp_path / "small.zarr"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short episodes of the expert in two shipped factories, with 64x48 camera images."""
    import gymnasium

    import envs
    from envs import agents
    from training.dataset.recorder import RecordDataset, describe, robot_cameras

    path = tmp_path_factory.mktemp("recorded") / "recorded.zarr"
    options = {"layout": ["small_warehouse", "cross_dock"], "camera_size": (64, 48)}
    assert envs.__name__  # importing it registers the environments
    env = gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=12, **options)
    cameras = robot_cameras(env)
    meta = describe(env, cameras, name="recorded", licence="CC-BY-4.0", seed=5, env_arguments={"layout": "two"})
    agent = agents.create("expert", env.unwrapped)
    with DatasetWriter.create(path, meta) as writer:
        recorder = RecordDataset(env, writer, cameras, agent="expert")
        for seed in range(5, 8):
            observation, _ = recorder.reset(seed=seed)
            agent.reset(seed)
            ended = truncated = False
            while not (ended or truncated):
                observation, _, ended, truncated, _ = recorder.step(agent.act(observation))
    env.close()
    return path


@pytest.fixture
def damaged(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the recorded dataset, to damage."""
    return Path(shutil.copytree(recorded, tmp_path / "damaged.zarr"))
