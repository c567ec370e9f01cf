"""What is learned: some classes of the taxonomy; everything else is background, number 0."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.dataset.schema import TaxonomyEntry
from twin import taxonomy
from twin.errors import InputError

BACKGROUND = "background"
LOCO = ("forklift", "pallet_truck", "pallet", "small_load_carrier", "stillage")
"""The classes of the LOCO dataset, photographs of warehouses."""
DEFAULT = (*LOCO, "person")

Lookup = npt.NDArray[np.uint8]


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names; ``UnknownNameError`` for one that is no class, ``InputError`` for none or one given twice."""
    for name in names:
        taxonomy.class_id(name)
    if not names or len(set(names)) < len(names):
        raise InputError(f"--classes {' '.join(names)}: name each class once, one at least")
    return tuple(names)


def lookup(entries: Sequence[TaxonomyEntry], names: Sequence[str]) -> Lookup:
    """From ids of a dataset's taxonomy to numbers of learned classes, from 1 in the order of ``names``."""
    table = np.zeros(max((entry.id for entry in entries), default=0) + 1, np.uint8)
    for entry in entries:
        if entry.name in names:
            table[entry.id] = 1 + list(names).index(entry.name)
    return table
