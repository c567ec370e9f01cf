"""The returns of a lidar, where they were recorded; see ``world_rows``."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from training.dataset.schema import AnyArray
from training.dataset.world_rows import HIT_CLASS, HIT_INSTANCE, POINTS, RANGES


@dataclass(frozen=True, slots=True)
class Returns:
    """Of one frame: what came back, without the padding that the arrays end with."""

    points: AnyArray
    """World, m, shape (n, 3)."""
    range: AnyArray
    """m, shape (n,)."""
    instance: AnyArray
    class_id: AnyArray


def recorded(arrays: Container[str]) -> bool:
    """Whether a dataset with these arrays has returns with their objects."""
    return all(name in arrays for name in (RANGES, POINTS, HIT_INSTANCE, HIT_CLASS))


def returns(values: Mapping[str, AnyArray]) -> Returns:
    """Those of one frame."""
    came = values[RANGES] > 0
    return Returns(*(values[name][came] for name in (POINTS, RANGES, HIT_INSTANCE, HIT_CLASS)))
