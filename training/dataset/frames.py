"""Frames as mappings from the names of arrays to their values, read when they are asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from training.dataset.frame_index import Int64Array
from training.dataset.part import Part
from training.dataset.schema import AnyArray, EpisodeRecord
from twin.errors import one_of


@dataclass(frozen=True, eq=False)
class Rows(Mapping[str, AnyArray]):
    """Frames of one episode: array name -> (frames, ...)."""

    part: Part
    record: EpisodeRecord
    numbers: Int64Array
    """Rows of the part."""
    names: tuple[str, ...]
    """Of the arrays."""

    def __getitem__(self, name: str) -> AnyArray:
        one_of("array", name, self.names)
        return self.part.arrays[name].read(self.numbers, self.record.widths.get(name, 0))

    def __contains__(self, name: object) -> bool:
        """Asked without reading anything."""
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def frames(self) -> int:
        """How many."""
        return len(self.numbers)

    def between(self, start: int, stop: int) -> "Rows":
        """Frames start..stop of these."""
        return replace(self, numbers=self.numbers[start:stop])

    def at(self, frames: Int64Array) -> "Rows":
        """Some of these frames."""
        return replace(self, numbers=self.numbers[frames])


class Row(Mapping[str, AnyArray]):
    """One frame: array name -> value."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __getitem__(self, name: str) -> AnyArray:
        return self._rows[name][0]

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
