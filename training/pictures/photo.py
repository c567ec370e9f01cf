"""One photo from a file one need not trust: upright, sRGB, its size known before it is decoded."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.pictures._kinds import Image, shrunk
from twin.errors import InputError, UnsafeFileError

if TYPE_CHECKING:
    from PIL.Image import Image as Opened

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
MOST_PIXELS = 64_000_000
MOST_BYTES = 100_000_000
SMALLEST = 8
"""px: what is narrower is not a photo."""
ORIENTATION = 0x0112
"""EXIF tag; from 5 on the stored picture lies on its side."""


def size(path: Path) -> tuple[int, int]:
    """Width and height once upright, from the header alone. Raises as ``read`` does."""
    with opened(path) as image:
        width, height = image.size
        return (height, width) if image.getexif().get(ORIENTATION, 1) >= 5 else (width, height)


def read(path: Path, side: int | None = None) -> Image:
    """The photo upright, (height, width, 3) sRGB, shrunk to ``side`` pixels at the shorter side; transparency is white.

    Raises ``InputError`` for what is missing, damaged or no image, ``UnsafeFileError`` above 64 megapixels or 100 MB.
    """
    from PIL import ImageOps

    with opened(path) as image:
        if side is not None:
            image.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded at a half, a quarter, an eighth
        upright = ImageOps.exif_transpose(image)
        return shrunk(np.array(_rgb(upright)), side)


def _rgb(image: "Opened") -> "Opened":
    from PIL import Image as Pillow

    if image.mode.startswith("I;16"):
        eight_bits = (np.asarray(image) >> 8).astype(np.uint8)
        return Pillow.fromarray(eight_bits).convert("RGB")
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", layers.size, "white"), layers).convert("RGB")
    return image.convert("RGB")


@contextmanager
def opened(path: Path) -> "Iterator[Opened]":
    """The file with its header read; whatever goes wrong in the block is said in one line."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    if not path.is_file():
        raise InputError(f"{path}: there is no such image file")
    if path.stat().st_size > MOST_BYTES:
        raise UnsafeFileError(f"{path}: at most {MOST_BYTES // 1_000_000} MB are read of a photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)  # the limit here is lower
            with Pillow.open(path, formats=FORMATS) as image:
                _check(path, *image.size)
                yield image
    except InputError:
        raise
    except Pillow.DecompressionBombError:
        raise _too_many(path, "") from None
    except UnidentifiedImageError:
        raise InputError(f"{path}: is not a JPEG, PNG, WebP or BMP image, whatever its name says") from None
    except Exception as error:  # whatever a decoder makes of a damaged file
        raise InputError(f"{path}: the image is damaged or cut short: {error}") from None


def _check(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many(path, f"{width}x{height} are ")
    if min(width, height) < SMALLEST:
        raise InputError(f"{path}: {width}x{height} pixels; {SMALLEST} each way are the fewest of a photo")


def _too_many(path: Path, size_text: str) -> UnsafeFileError:
    return UnsafeFileError(
        f"{path}: {size_text}too many pixels; at most {MOST_PIXELS // 1_000_000} megapixels are read of a photo"
    )
