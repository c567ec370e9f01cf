"""Where each pixel looks."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twin.lenses import Lens, pixel_rays, unproject


@lru_cache(maxsize=64)
def rays(lens: Lens) -> npt.NDArray[np.float32]:
    """Each pixel's ray in the camera frame, by its x and y (height, width, 2) where z is 1."""
    made = pixel_rays(lens)[..., :2].astype(np.float32)
    made.flags.writeable = False
    return made


@lru_cache(maxsize=64)
def slant(lens: Lens) -> npt.NDArray[np.float32]:
    """Metres (height, width) along each pixel's ray for one metre along the optical axis."""
    x, y = np.moveaxis(rays(lens), -1, 0).astype(np.float64)
    made: npt.NDArray[np.float32] = np.sqrt(1 + x * x + y * y).astype(np.float32)
    made.flags.writeable = False
    return made


@lru_cache(maxsize=64)
def bordered(lens: Lens) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The two parts of ``rays``, each (height + 2, width + 2): with one more pixel on every side."""
    pixels = np.stack(np.meshgrid(np.arange(-1, lens.width + 1), np.arange(-1, lens.height + 1)), axis=-1)
    padded = unproject(lens, pixels).astype(np.float32)
    return np.ascontiguousarray(padded[..., 0]), np.ascontiguousarray(padded[..., 1])
