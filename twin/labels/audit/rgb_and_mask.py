"""Edges of the picture lie on the edges of masks."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels.audit._problem import Problem

Image = npt.NDArray[np.float32]

LEAST = 150
"""Pixels of outline that an image needs to be judged."""
BETTER = 2.0
"""Times by which a mirrored picture must fit better."""
_MIRRORED = {
    "mirrored left to right": (slice(None), slice(None, None, -1)),
    "upside down": (slice(None, None, -1), slice(None)),
    "turned by 180 degrees": (slice(None, None, -1), slice(None, None, -1)),
}


def check(given: LabelInput) -> Iterator[Problem]:
    """Brightness changes where one object ends and another begins, more than it would if the picture were mirrored.

    Finds a picture that is flipped against the other images. Cannot find it where few outlines or none are in view, nor
    smaller shifts, nor anything in a scene that looks the same in the mirror.
    """
    outline = _outline(given.frame.instance)
    if np.count_nonzero(outline) < LEAST:
        return
    change = _change(given.frame.rgb)
    as_it_is = change[outline].mean()
    fits = {name: change[turned][outline].mean() for name, turned in _MIRRORED.items()}
    name = max(fits, key=fits.__getitem__)
    if fits[name] > BETTER * as_it_is:
        yield Problem("rgb_and_mask", "rgb", f"its edges lie on the masks' outlines only when {name}")


def _outline(ids: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Inner pixels (height - 2, width - 2) whose two neighbours along a row or a column are different objects."""
    return (ids[1:-1, 2:] != ids[1:-1, :-2]) | (ids[2:, 1:-1] != ids[:-2, 1:-1])


def _change(rgb: npt.NDArray[np.uint8]) -> Image:
    """How much brightness changes over each inner pixel (height - 2, width - 2)."""
    bright = rgb[..., 1].astype(np.float32) + rgb[..., 0]
    return np.abs(bright[1:-1, 2:] - bright[1:-1, :-2]) + np.abs(bright[2:, 1:-1] - bright[:-2, 1:-1])
