"""The digest names the content, and nothing but the content."""

from pathlib import Path

import numpy as np
from small_datasets import ARRAYS, random_rows, write

from training.dataset import Dataset, DatasetMeta, DatasetWriter


def digest(path: Path, meta: DatasetMeta, change: bool = False) -> str:
    rows = random_rows(np.random.default_rng(0), 9)
    if change:
        rows[4]["reward"] += 1e-12
    with DatasetWriter.create(path, meta) as writer:
        write(writer, [rows, random_rows(np.random.default_rng(1), 5)])
    return Dataset(path).digest()


def test_it_does_not_depend_on_chunks_name_or_time(tmp_path: Path, meta: DatasetMeta) -> None:
    chunks = tuple(spec.model_copy(update={"chunk": 1, "shard": 2}) for spec in ARRAYS)
    other = meta.model_copy(update={"arrays": chunks, "name": "other", "created": "1999-01-01T00:00:00+00:00"})
    assert digest(tmp_path / "a", meta) == digest(tmp_path / "b", other)


def test_one_bit_changes_it(tmp_path: Path, meta: DatasetMeta) -> None:
    assert digest(tmp_path / "a", meta) != digest(tmp_path / "b", meta, change=True)
