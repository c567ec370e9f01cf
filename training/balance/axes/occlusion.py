"""How much of an object is hidden."""

import numpy as np

from training.balance.axes._axis import Axis, Seen
from twin.geometry import FloatArray
from twin.labels._alone import alone


def measure(seen: Seen) -> FloatArray:
    """The label ``occlusion``, of the picked objects alone: each of them is drawn without the others."""
    given, picked = seen.given, seen.picked
    assert given.renderer is not None
    image, boxes = given.frame.instance, given.projected_boxes[picked]
    inside = alone(given.renderer, given.poses, given.camera, image, given.ids[picked], boxes).inside
    pixels = given.visible.pixels[picked]
    return np.asarray(1 - pixels / np.maximum(inside, pixels))


AXIS = Axis(measure, {"clear": (0.0, 0.1), "partly": (0.1, 0.4), "mostly": (0.4, 1.0)}, cost=100.0)
