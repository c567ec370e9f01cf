"""Small datasets, made by the real writer."""

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
