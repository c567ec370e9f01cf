"""What one camera sees."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Frame:
    """Three images that come from one visibility decision and agree pixel by pixel."""

    rgb: npt.NDArray[np.uint8]  # (height, width, 3)
    depth: npt.NDArray[np.float32]  # (height, width) m along the optical axis; 0 = no return
    instance: npt.NDArray[np.uint16]  # (height, width) instance ids; 0 = background
