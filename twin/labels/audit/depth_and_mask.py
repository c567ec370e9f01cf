"""Depths lie in boxes."""

from collections.abc import Iterator

import numpy as np

from twin.geometry import FloatArray
from twin.labels._input import LabelInput
from twin.labels.audit._kernels import depth_extents
from twin.labels.audit._problem import Problem

MARGIN, STEEPNESS = 0.02, 0.01
"""Metres, and the share of its depth, by which a pixel may lie before or behind the object's box. The share is for
planes seen almost edge-on: renderers snap corners to a fraction of a pixel, which moves those planes by much more."""
UNITS = {
    1000.0: "millimetres read as metres",
    100.0: "centimetres read as metres",
    10.0: "millimetres read as centimetres",
    0.1: "centimetres read as millimetres",
    0.001: "metres read as millimetres",
    1 / 0.3048: "feet read as metres",
}
"""How many times too large depths are, and why."""


def check(given: LabelInput) -> Iterator[Problem]:
    """What is labelled has a depth, a finite one, between those of the nearest and farthest corner of its object's box.

    Finds holes, wrong units, and depth that belongs to another frame. Cannot find errors within an object's box; what
    is not labelled only needs to be finite and not negative.
    """
    depth, image = given.frame.depth, given.frame.instance
    extents, hollow, odd = depth_extents(depth, image, given.table.row_of_id, len(given.table.id))
    if odd:
        yield Problem("depth_and_mask", "depth", f"{odd} pixels are negative or not finite")
    if hollow:
        yield Problem("depth_and_mask", "depth", f"{hollow} labelled pixels have no depth")
    shown, z = extents[given.objects], given.corners[..., 2]
    low, high = z.min(axis=1) - MARGIN, z.max(axis=1) + MARGIN
    measured = np.isfinite(shown).all(axis=1)
    off = measured & ((shown[:, 0] < low * (1 - STEEPNESS)) | (shown[:, 1] > high * (1 + STEEPNESS)))
    for row in np.flatnonzero(off):
        instance = given.table.instances[given.objects[row]]
        text = (
            f"'{instance.name}' (id {instance.id}) is seen {shown[row, 0]:.3f} to {shown[row, 1]:.3f} m away along the "
            f"optical axis; its box spans {low[row]:.3f} to {high[row]:.3f} m{_unit(shown[row], low[row], high[row])}"
        )
        yield Problem("depth_and_mask", "depth", text)


def _unit(shown: FloatArray, low: float, high: float) -> str:
    for factor, name in UNITS.items():
        if shown[0] / factor >= low and shown[1] / factor <= high:
            return f": {name}?"
    return ""
