"""What formats of whole episodes share."""

from training.export._selection import Selection
from twin.errors import DatasetError


def has(selection: Selection, name: str) -> bool:
    """Whether an array, or any below it, was recorded."""
    return any(spec.name == name or spec.name.startswith(f"{name}/") for spec in selection.dataset.meta.arrays)


def check_arrays(selection: Selection, *names: str) -> None:
    """Raise ``DatasetError`` where one of them was not recorded, as in a sweep of a camera."""
    for name in names:
        if not has(selection, name):
            raise DatasetError(f"{selection.dataset.label} has no array '{name}': it holds no episodes of an agent")
