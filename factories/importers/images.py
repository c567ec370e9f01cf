"""Grey values of PGM and PNG images from people one need not trust."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from twin.errors import InputError, UnsafeFileError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 64_000_000


@dataclass(frozen=True, eq=False)
class Channels:
    """An image as it is stored: ``values`` (h, w, channels), the top row first, from 0 to ``full``."""

    values: npt.NDArray[np.integer[Any]]
    full: int
    alpha: npt.NDArray[np.integer[Any]] | None
    """Opacity (h, w), where the image has one."""


def read_image(path: Path) -> Channels:
    """Grey or colour channels of a PGM (P2, P5) or PNG file.

    Its size is checked before memory is taken. Raises ``UnsafeFileError`` above 64 megapixels, ``InputError`` for a
    file that is missing, damaged, cut short, or of another kind.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such image file")
    try:
        with path.open("rb") as file:
            image = _opened(path, file)
            _check_size(path, *image.size)
            image.load()
            return _channels(image)
    except InputError:
        raise
    except Exception as error:  # whatever a decoder makes of a damaged file
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None
        raise InputError(f"{path}: the image is damaged or cut short: {error}") from None


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        limit = MOST_PIXELS // 1_000_000
        raise UnsafeFileError(f"{path}: {width} x {height} pixels are too many; at most {limit} megapixels are read")


def _opened(path: Path, file: BinaryIO) -> "Image":
    """The image with only its header read; PIL's own ``open`` would warn at sizes of its own choosing."""
    from PIL.PngImagePlugin import PngImageFile
    from PIL.PpmImagePlugin import PpmImageFile

    magic = file.read(8)
    file.seek(0)
    if magic == b"\x89PNG\r\n\x1a\n":
        return PngImageFile(file)
    if magic[:2] in (b"P2", b"P5"):
        return PpmImageFile(file)
    raise InputError(f"{path}: is neither a PGM image (P2, P5) nor a PNG image")


def _channels(image: "Image") -> Channels:
    if image.mode in ("P", "1", "CMYK"):
        image = image.convert("RGBA" if "transparency" in image.info else "L" if image.mode == "1" else "RGB")
    values = np.asarray(image)
    values = values[..., None] if values.ndim == 2 else values
    full = 255 if values.dtype == np.uint8 else 65535
    if image.mode in ("LA", "RGBA"):
        return Channels(values[..., :-1], full, values[..., -1])
    return Channels(values, full, None)
