"""Image files. PNG is exact; its filter and level are what OpenCV encodes several times faster than the usual ones."""

from pathlib import Path
from typing import TYPE_CHECKING

from training.dataset.schema import AnyArray

if TYPE_CHECKING:
    from collections.abc import Sequence

JPEG_QUALITY = 95


def write_rgb(path: Path, rgb: AnyArray) -> None:
    """An sRGB image (height, width, 3) as the path's ending says, ``.png`` or ``.jpg``."""
    _write(path, encode_rgb(path.suffix, rgb))


def write_gray(path: Path, image: AnyArray) -> None:
    """A PNG of (height, width) uint8 or uint16 values."""
    _write(path, encode_gray(image))


def write_ids(path: Path, ids: AnyArray) -> None:
    """A PNG of (height, width) uint32 values below 2^24, as colours R + 256 G + 65536 B."""
    import cv2

    little_endian = ids.astype("<u4", copy=False).view("u1").reshape(*ids.shape, 4)
    _write(path, _encode(path.suffix, cv2.cvtColor(little_endian, cv2.COLOR_RGBA2BGR)))


def encode_rgb(ending: str, rgb: AnyArray) -> bytes:
    """What a file of that ending, ``.png`` or ``.jpg``, holds of an sRGB image (height, width, 3)."""
    import cv2

    return _encode(ending, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def encode_gray(image: AnyArray) -> bytes:
    """What a PNG file holds of (height, width) uint8 or uint16 values."""
    return _encode(".png", image)


def _encode(ending: str, image: AnyArray) -> bytes:
    import cv2

    options: Sequence[int] = (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY)
    if ending == ".png":
        options = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB)
    return cv2.imencode(ending, image, options)[1].tobytes()


def _write(path: Path, encoded: bytes) -> None:
    """``cv2.imwrite`` would not say what is wrong with the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)
