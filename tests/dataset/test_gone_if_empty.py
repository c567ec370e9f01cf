"""A dataset that was begun in vain is not in the way of the next command; nothing else is ever removed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_datasets import random_rows, write

from training.collection import collect, writer
from training.dataset import Dataset, DatasetMeta, DatasetWriter, files


@dataclass(frozen=True)
class Stopped:
    """Records episodes until Ctrl-C."""

    out: Path
    meta: DatasetMeta
    after: int

    def numbers(self) -> Iterable[int]:
        return range(5)

    @contextmanager
    def recording(self, part: int, *, resume: bool) -> Iterator[Callable[[int], Mapping[str, Any]]]:
        with writer(self.out, self.meta, part, resume=resume) as into:

            def record(number: int) -> Mapping[str, Any]:
                if number == self.after:
                    raise KeyboardInterrupt
                write(into, [random_rows(np.random.default_rng(number), 3)], first=number)
                return {}

            yield record


def stop(out: Path, meta: DatasetMeta, after: int, *, resume: bool = False) -> None:
    with pytest.raises(KeyboardInterrupt):
        collect(Stopped(out, meta, after), resume=resume)


def test_a_collection_that_is_stopped_in_its_first_episode_leaves_nothing(tmp_path: Path, meta: DatasetMeta) -> None:
    stop(tmp_path / "D", meta, 0)
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    stop(tmp_path / "mine", meta, 0)
    assert not list((tmp_path / "mine").iterdir())  # and is begun without --resume
    stop(tmp_path / "mine", meta, 2)
    assert Dataset(tmp_path / "mine").episodes == 2


def test_what_was_there_before_stays(tmp_path: Path, meta: DatasetMeta) -> None:
    DatasetWriter.create(tmp_path / "D", meta).close()
    stop(tmp_path / "D", meta, 0, resume=True)
    assert Dataset(tmp_path / "D").episodes == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    with pytest.raises(RuntimeError), files.gone_if_empty(tmp_path / "other"):
        raise RuntimeError
    assert (tmp_path / "other/notes.txt").read_text() == "mine"


def test_what_somebody_else_writes_stays(tmp_path: Path, meta: DatasetMeta) -> None:
    with pytest.raises(RuntimeError), files.gone_if_empty(tmp_path / "D"):
        other = DatasetWriter.create(tmp_path / "D", meta)
        raise RuntimeError
    write(other, [random_rows(np.random.default_rng(0), 3)])
    other.close()
    assert Dataset(tmp_path / "D").episodes == 1
