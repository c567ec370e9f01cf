"""Which classes of objects are seen, and how many of each."""

from collections.abc import Sequence

import numpy as np

from training.gap.sides import Frame
from training.gap.statistics._base import Array, Statistic


class Classes(Statistic):
    """Square roots of the objects of each class in each frame: the tenth pallet counts less than the first."""

    title = "classes"
    labels = True

    def describe(self, frames: Sequence[Frame]) -> Array:
        """A column for each class that any frame shows."""
        shown = [frame.objects.classes if frame.objects else () for frame in frames]
        names = sorted({name for classes in shown for name in classes}) or [""]
        return np.sqrt([[classes.count(name) for name in names] for classes in shown])

    def sentence(self, a: Array, b: Array) -> str:
        """Objects in a frame."""
        return f"A shows {(a**2).sum(axis=1).mean():.1f} objects in a frame and B {(b**2).sum(axis=1).mean():.1f}"


STATISTIC = Classes()
