"""Fourier domain adaptation: the target's low frequencies."""

from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from training.derive.bridges._base import Bridge
from training.pictures import Image


class BRIDGE(Bridge):
    """Yang and Soatto, "FDA: Fourier Domain Adaptation for Semantic Segmentation" (CVPR 2020).

    Amplitudes of the lowest frequencies are the target's, phases stay: light and colour cast change, edges do not.
    """

    beta: Annotated[float, Field(gt=0, le=0.5)] = 0.02
    """Half the side of the square of frequencies that is swapped, as a share of the image's shorter side."""

    def crossed(self, rgb: Image, target: Image) -> npt.NDArray[np.float32]:
        """May leave 0 to 255."""
        height, width = rgb.shape[:2]
        resized = cv2.resize(target, (width, height), interpolation=cv2.INTER_AREA)
        ours, theirs = (np.fft.fft2(image.astype(np.float64), axes=(0, 1)) for image in (rgb, resized))
        reach = max(1, int(min(height, width) * self.beta))
        low = np.ix_(*((np.abs(np.fft.fftfreq(n, 1 / n)) <= reach).nonzero()[0] for n in (height, width)))
        ours[low] = np.abs(theirs[low]) * np.exp(1j * np.angle(ours[low]))
        return np.fft.ifft2(ours, axes=(0, 1)).real.astype(np.float32)
