"""Small datasets, made by the real writer."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from short_drives import record
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
    path = tmp_path_factory.mktemp("recorded") / "recorded.zarr"
    return record(path, range(5, 8), 12, name="recorded", env_arguments={"layout": "two"})


@pytest.fixture
def damaged(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the recorded dataset, to damage."""
    return Path(shutil.copytree(recorded, tmp_path / "damaged.zarr"))
