"""Datasets to export, made by the real recorder."""

import shutil
from pathlib import Path

import camera_walks
import pytest
from short_drives import record

from training.dataset import ArraySpec, DatasetMeta, DatasetWriter, EpisodeRecord


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short episodes of the expert in two shipped factories, one in each split, with 64x48 camera images."""
    path = tmp_path_factory.mktemp("recorded") / "recorded.zarr"
    return record(
        path,
        range(5, 8),
        12,
        splits={"train": 0.6, "val": 0.4},
        lidar=True,
        name="recorded",
        env_arguments={"layout": "two"},
    )


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
