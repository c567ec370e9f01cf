"""What is put into photos: equipment of ours, each in one of its variants."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin

import numpy as np
from pydantic import ValidationError

from factories.equipment import Equipment, kinds
from twin.errors import one_of

USUAL = ("pallet", "stillage", "pallet_truck", "forklift", "small_load_carrier", "carton", "worker")
"""LOCO's five classes, cartons and people."""
MOST_LAYERS = 3
SEEDS = 2**31


@cache
def allowed() -> tuple[str, ...]:
    """Kinds of equipment that stand on the floor and need no more than a place."""
    return tuple(name for name in kinds() if _stands_alone(name))


def _stands_alone(name: str) -> bool:
    try:
        item = kinds()[name](at=(0.0, 0.0))  # type: ignore[call-arg]  # its type has a default
    except ValidationError:
        return False
    return min(item.footprint()) > 0 and any(part.class_name for part in item.parts())


def check(names: Sequence[str]) -> None:
    """Raise ``UnknownNameError`` for what cannot be put into a photo."""
    for name in names:
        one_of("object", name, allowed())


def drawn(kind: str, name: str, rng: np.random.Generator) -> Equipment:
    """One of a kind in a variant of its own: of each field with a few words to choose from, one of these."""
    fields: dict[str, Any] = {}
    for key, field in kinds()[kind].model_fields.items():
        words = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        if len(words) > 1:
            fields[key] = words[int(rng.integers(len(words)))]
        elif key == "seed":
            fields[key] = int(rng.integers(SEEDS))
        elif key == "layers":
            fields[key] = int(rng.integers(1, MOST_LAYERS + 1))
    return kinds()[kind].model_validate({"type": kind, "name": name, "at": (0.0, 0.0), **fields})
