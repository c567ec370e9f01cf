"""Gymnasium spaces as arrays: which arrays hold a space's samples, and what each holds of one sample."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium import spaces

from training.dataset.schema import AnyArray, ArraySpec
from twin.errors import DatasetError

PLAIN = "state"
"""Array of an observation space that is not a dictionary."""


def arrays(group: str, space: spaces.Space[Any]) -> list[ArraySpec]:
    """One array for every leaf, named after its keys: ``<group>/<key>``, or ``group`` itself for a plain space.

    Raises ``DatasetError`` for spaces whose samples are not arrays of one shape.
    """
    return [ArraySpec(name=name, dtype=_dtype(name, leaf), shape=_shape(leaf)) for name, leaf in _leaves(group, space)]


def values(group: str, space: spaces.Space[Any], sample: Any) -> dict[str, AnyArray]:
    """The arrays' values for one sample."""
    if isinstance(space, spaces.Dict):
        found: dict[str, AnyArray] = {}
        for key, child in space.spaces.items():
            found |= values(f"{group}/{_key(key)}", child, sample[key])
        return found
    return {group: np.array(sample)}  # a copy: environments may write into theirs at the next step


def zeros(group: str, space: spaces.Space[Any]) -> dict[str, AnyArray]:
    """Values of a sample that is not there."""
    return {spec.name: np.zeros(spec.shape, spec.dtype) for spec in arrays(group, space)}


def _leaves(name: str, space: spaces.Space[Any]) -> Iterator[tuple[str, spaces.Space[Any]]]:
    if isinstance(space, spaces.Dict):
        for key, child in space.spaces.items():
            yield from _leaves(f"{name}/{_key(key)}", child)
    elif isinstance(space, spaces.Box | spaces.Discrete | spaces.MultiBinary | spaces.MultiDiscrete):
        yield name, space
    else:
        raise DatasetError(f"{name}: a {type(space).__name__} space cannot be recorded: its samples are not arrays")


def _key(key: Any) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", str(key)) or "_"


def _shape(space: spaces.Space[Any]) -> tuple[int, ...]:
    return tuple(space.shape or ())


def _dtype(name: str, space: spaces.Space[Any]) -> Any:
    dtype = str(np.dtype(space.dtype))
    if dtype not in ArraySpec.dtypes():
        raise DatasetError(f"{name}: cannot record {dtype}; allowed: {', '.join(ArraySpec.dtypes())}")
    return dtype


def observations(space: spaces.Space[Any]) -> str:
    """The group name of an observation space."""
    return "observations" if isinstance(space, spaces.Dict) else f"observations/{PLAIN}"
