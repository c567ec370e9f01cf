"""What an object is."""

from training.balance.axes._axis import Axis, Seen
from twin.geometry import FloatArray
from twin.taxonomy import CLASSES


def measure(seen: Seen) -> FloatArray:
    """Class ids."""
    return seen.given.table.class_id[seen.given.objects[seen.picked]].astype(float)


AXIS = Axis(measure, {c.name: (c.id, c.id + 1) for c in CLASSES}, fixed=True)
