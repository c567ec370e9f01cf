"""Episodes as sequences: T steps between T + 1 frames."""

from collections.abc import Iterator
from dataclasses import dataclass

from training.dataset.frames import Rows
from training.dataset.recorder import ACTIONS
from training.export._selection import Selection
from twin.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Names:
    """Arrays of a group, such as ``observations``, in the order of the schema."""

    names: tuple[str, ...]

    @classmethod
    def below(cls, selection: Selection, group: str) -> "Names":
        """``group`` itself, or everything below it."""
        found = (spec.name for spec in selection.dataset.meta.arrays if not spec.ragged)
        return cls(tuple(name for name in found if name == group or name.startswith(f"{group}/")))


def check_actions(selection: Selection) -> None:
    """Raise ``DatasetError`` where nothing was done, as in a sweep of a camera."""
    if not Names.below(selection, ACTIONS).names:
        raise DatasetError(f"{selection.dataset.label} has no actions, so there are no episodes of an agent to export")


def episodes(selection: Selection) -> Iterator[tuple[str, int, Rows]]:
    """Split, position and frames of every episode chosen, split by split."""
    for split in selection.splits:
        for k, rows in selection.episodes(split):
            yield split, k, rows
