"""Colour transfer by means and deviations."""

import cv2
import numpy as np
import numpy.typing as npt

from training.derive.bridges._base import Bridge
from training.pictures import Image

FLAT = 1.0
"""Deviation below which an axis of Lab has no contrast that could be stretched."""


class BRIDGE(Bridge):
    """Reinhard et al., "Color Transfer between Images" (IEEE CG&A 2001), in CIE Lab: gentle, never bands."""

    def crossed(self, rgb: Image, target: Image) -> npt.NDArray[np.float32]:
        """Each axis of Lab gets the target's mean and deviation."""
        ours, theirs = _lab(rgb), _lab(target)
        mean, spread = ours.mean(axis=(0, 1)), np.maximum(ours.std(axis=(0, 1)), FLAT)
        moved = (ours - mean) * (theirs.std(axis=(0, 1)) / spread) + theirs.mean(axis=(0, 1))
        moved[..., 0] = np.clip(moved[..., 0], 0, 100)
        return np.asarray(255 * cv2.cvtColor(moved.astype(np.float32), cv2.COLOR_LAB2RGB), dtype=np.float32)


def _lab(rgb: Image) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), dtype=np.float32)
