"""Pictures that take time: motion blur while the shutter is open, and rows that are read one after the other.

Depth and ids go with the colours: each row shows what it shows at the middle of its own exposure, so labels stay true.
"""

from collections.abc import Callable

import numpy as np

from twin.effects import encoded, linear
from twin.geometry import FloatArray
from twin.moments import Moments
from twin.rendering.frame import Frame

BANDS = 8
"""Stripes of an image whose rows count as read at the same time."""
SAMPLES = 5
"""Moments whose light is added up while the shutter is open."""


def taken(draw: Callable[[FloatArray], Frame], moments: Moments, exposure: float, readout: float) -> Frame:
    """The image whose last row closes now. ``exposure``: s that each row is open; ``readout``: s from first to last.

    ``draw`` gives what an instant camera sees of poses (bodies, 7).
    """
    bands = BANDS if readout > 0 else 1
    samples = SAMPLES if exposure > 0 else 1
    whole: Frame | None = None
    for band in range(bands):
        late = readout * (1 - (band + 0.5) / bands) if readout > 0 else 0.0
        shots = [draw(moments.ago(late + exposure * (k + 0.5) / samples)) for k in range(samples)]
        middle = shots[samples // 2]
        rgb = middle.rgb if samples == 1 else encoded(np.mean([linear(s.rgb) for s in shots], axis=0, dtype=np.float32))
        if whole is None:
            whole = Frame(rgb.copy(), middle.depth.copy(), middle.instance.copy())
        rows = slice(band * len(rgb) // bands, (band + 1) * len(rgb) // bands)
        whole.rgb[rows], whole.depth[rows], whole.instance[rows] = rgb[rows], middle.depth[rows], middle.instance[rows]
    assert whole is not None
    return whole
