"""Datasets to export, made by the real recorder."""

import shutil
from pathlib import Path

import camera_walks
import pytest

from training.dataset import ArraySpec, DatasetMeta, DatasetWriter, EpisodeRecord


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short episodes of the expert in two shipped factories, one in each split, with 64x48 camera images."""
    import gymnasium

    import envs
    from envs import agents
    from training.dataset.recorder import RecordDataset, describe, robot_cameras

    path = tmp_path_factory.mktemp("recorded") / "recorded.zarr"
    options = {"layout": ["small_warehouse", "cross_dock"], "camera_size": (64, 48)}
    assert envs.__name__  # importing it registers the environments
    env = gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=12, **options)
    cameras = robot_cameras(env)
    about = {"name": "recorded", "licence": "CC-BY-4.0", "seed": 5, "splits": {"train": 0.6, "val": 0.4}}
    meta = describe(env, cameras, lidar=True, env_arguments={"layout": "two"}, **about)
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


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A level and a tilted camera carried through a factory: three episodes, two of train and one of val."""
    return camera_walks.write(tmp_path_factory.mktemp("walk") / "walk.zarr")


@pytest.fixture(scope="session")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one camera, whose lens is a fisheye."""
    return camera_walks.write(tmp_path_factory.mktemp("bent") / "bent.zarr", (camera_walks.FISHEYE,))


@pytest.fixture
def damaged(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the recorded dataset, to damage."""
    return Path(shutil.copytree(recorded, tmp_path / "damaged.zarr"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """One episode without cameras."""
    meta = DatasetMeta(name="test", arrays=(ArraySpec(name="actions", dtype="float32", shape=(2,)),))
    record = EpisodeRecord(episode=0, group="g")
    with DatasetWriter.create(tmp_path / "small.zarr", meta) as writer, writer.episode(record) as episode:
        episode.append({"actions": [1.0, 2.0]})
    return tmp_path / "small.zarr"
