"""Spaces as JSON, so that a policy can be rebuilt without unpickling anything."""

from math import prod
from typing import Any

import numpy as np
from gymnasium import spaces

from twin.errors import InputError

LARGEST = 50_000_000
"""Numbers in an observation: five images of 4K."""


def to_json(space: spaces.Space[Any]) -> dict[str, Any]:
    """A box, or a dictionary of boxes, each with bounds that are the same for all entries."""
    if isinstance(space, spaces.Dict):
        return {"dict": {name: to_json(part) for name, part in space.spaces.items()}}
    if isinstance(space, spaces.Box):
        low, high = np.unique(space.low), np.unique(space.high)
        if len(low) == len(high) == 1:
            bounds = [float(low[0]), float(high[0])]
            return {"shape": list(space.shape), "dtype": str(space.dtype), "bounds": [repr(b) for b in bounds]}
    raise InputError(f"the space {space} cannot be stored with a policy; use boxes with one bound for all entries")


def from_json(data: dict[str, Any]) -> spaces.Space[Any]:
    """Inverse of ``to_json``; ``InputError`` for more than ``LARGEST``, before memory is taken for it."""
    if (count := _numbers(data)) > LARGEST:
        raise InputError(f"a policy's space has {count:,} numbers; allowed: {LARGEST:,}")
    if "dict" in data:
        return spaces.Dict({name: from_json(part) for name, part in data["dict"].items()})
    low, high = (float(b) for b in data["bounds"])
    if not low <= high:
        raise InputError(f"a policy's space has the bounds {low:g} and {high:g}; allowed: the first is no more")
    dtype = np.dtype(data["dtype"])
    if dtype.kind not in "fiu":
        raise InputError(f"a policy's space has the type {dtype}; allowed: floats and integers")
    return spaces.Box(dtype.type(low), dtype.type(high), _shape(data), dtype.type)


def _numbers(data: dict[str, Any]) -> int:
    """In one observation."""
    return sum(_numbers(part) for part in data["dict"].values()) if "dict" in data else prod(_shape(data))


def _shape(data: dict[str, Any]) -> tuple[int, ...]:
    shape = tuple(int(n) for n in data["shape"])
    if any(n < 0 for n in shape):
        raise InputError(f"a policy's space has the shape {shape}; allowed: 0 or more")
    return shape


def as_seen(space: spaces.Space[Any]) -> spaces.Space[Any]:
    """The space a policy of Stable-Baselines3 sees: it turns images of bytes around, channels first."""
    from stable_baselines3.common.preprocessing import is_image_space, is_image_space_channels_first
    from stable_baselines3.common.vec_env import VecTransposeImage

    if isinstance(space, spaces.Dict):
        return spaces.Dict({name: as_seen(part) for name, part in space.spaces.items()})
    if isinstance(space, spaces.Box) and is_image_space(space) and not is_image_space_channels_first(space):
        return VecTransposeImage.transpose_space(space)
    return space


def as_given(space: spaces.Space[Any]) -> spaces.Dict:
    """The space of the environment for what a policy sees: inverse of ``as_seen``."""
    from stable_baselines3.common.preprocessing import is_image_space, is_image_space_channels_first

    assert isinstance(space, spaces.Dict)
    given: dict[str, spaces.Space[Any]] = {}
    for name, part in space.spaces.items():
        given[name] = part
        if isinstance(part, spaces.Box) and is_image_space(part) and is_image_space_channels_first(part):
            low, high = (np.moveaxis(bound, 0, -1) for bound in (part.low, part.high))
            given[name] = spaces.Box(low, high, dtype=np.uint8)
    return spaces.Dict(given)


def difference(expected: spaces.Space[Any], found: spaces.Space[Any]) -> str:
    """What differs between two spaces, for a person; empty where nothing does."""
    if expected == found:
        return ""
    if isinstance(expected, spaces.Dict) and isinstance(found, spaces.Dict):
        parts = [f"'{n}' is missing" for n in expected.spaces if n not in found.spaces]
        parts += [f"'{n}' is not expected" for n in found.spaces if n not in expected.spaces]
        parts += [
            f"'{name}': {text}"
            for name, space in expected.spaces.items()
            if name in found.spaces and (text := difference(space, found.spaces[name]))
        ]
        return ", ".join(parts)
    return f"expected {expected}, found {found}"
