"""How far away an object is."""

from training.balance.axes._axis import Axis, Seen
from twin.geometry import FloatArray
from twin.labels import LABELS


def measure(seen: Seen) -> FloatArray:
    """The label ``distance``: to the nearest point of the object's 3D box."""
    found: FloatArray = LABELS["distance"](seen.given)
    return found[seen.picked]


AXIS = Axis(measure, {"near": (0.0, 4.0), "middle": (4.0, 10.0), "far": (10.0, 50.0)}, "m", cost=1.0)
