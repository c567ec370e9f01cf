"""Image files. PNG is exact; its filter and level are what OpenCV encodes several times faster than the usual ones."""

from pathlib import Path
from typing import TYPE_CHECKING

from training.dataset.schema import AnyArray

if TYPE_CHECKING:
    from collections.abc import Sequence

JPEG_QUALITY = 95


def write_rgb(path: Path, rgb: AnyArray) -> None:
    """An sRGB image (height, width, 3) as the path's ending says, ``.png`` or ``.jpg``."""
    import cv2

    _write(path, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def write_gray(path: Path, image: AnyArray) -> None:
    """A PNG of (height, width) uint8 or uint16 values."""
    _write(path, image)


def _write(path: Path, image: AnyArray) -> None:
    import cv2

    options: Sequence[int] = (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY)
    if path.suffix == ".png":
        options = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)
    _, encoded = cv2.imencode(path.suffix, image, options)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded.tobytes())  # cv2.imwrite would not say what is wrong with the disk
