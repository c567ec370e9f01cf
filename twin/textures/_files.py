"""The user's own images as textures, read as files one need not trust."""

import os
import re
import warnings
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import numpy.typing as npt

from twin.errors import InputError, UnsafeFileError
from twin.textures._paint import SIZE

FOLDER = "folder"
"""Before the colon of an image in the user's folder."""
VARIABLE = "TWIN_TEXTURES"
"""Environment variable that names the user's folder, so that worker processes know it too."""

_SUFFIXES = (".png", ".jpg", ".jpeg")
_MOST_BYTES = 64_000_000
_MOST_PIXELS = 40_000_000


def is_file_name(name: str) -> bool:
    """Whether a texture's name means a file rather than a painted one."""
    return name.startswith(f"{FOLDER}:") or name.lower().endswith(_SUFFIXES)


def read(name: str) -> npt.NDArray[np.uint8]:
    """A PNG or JPEG scaled to (512, 512, 3), sRGB; transparency shows white.

    Raises ``InputError`` for a file that is missing, damaged or of another kind, ``UnsafeFileError`` above 40
    megapixels or 64 MB, both checked before it is decoded.
    """
    path = _in_folder(name) if name.startswith(f"{FOLDER}:") else Path(name).expanduser()
    if not path.is_file():
        raise InputError(f"texture '{name}': there is no such image file")
    if path.stat().st_size > _MOST_BYTES:
        raise UnsafeFileError(f"{path}: at most {_MOST_BYTES // 1_000_000} MB are read of a texture")
    pixels = _decoded(path)
    pixels.flags.writeable = False
    return pixels


def _in_folder(name: str) -> Path:
    asked = name.partition(":")[2]
    folder = os.environ.get(VARIABLE, "")
    if not folder:
        raise InputError(f"texture '{name}': set {VARIABLE} to the folder of your images, or name the file by its path")
    if not re.fullmatch(r"\w[\w .-]*", asked):
        raise UnsafeFileError(f"texture '{name}': an image in the folder is named without a path")
    root = Path(folder).expanduser().resolve()
    if not root.is_dir():
        raise InputError(f"texture '{name}': {VARIABLE} names {root}, which is not a folder")
    files = {p.name: p for p in sorted(root.iterdir()) if p.suffix.lower() in _SUFFIXES}
    for candidate in (asked, *(asked + suffix for suffix in _SUFFIXES)):
        if candidate in files:
            path = files[candidate].resolve()
            if not path.is_relative_to(root):
                raise UnsafeFileError(f"texture '{name}': {candidate} leads out of {root}")
            return path
    near = get_close_matches(asked, files, n=1, cutoff=0.4)
    hint = f"; did you mean '{near[0]}'?" if near else f"; it holds {', '.join(files) or 'no PNG or JPEG file'}"
    raise InputError(f"texture '{name}': there is no such image in {root}{hint}")


def _decoded(path: Path) -> npt.NDArray[np.uint8]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                _check_size(path, image.width * image.height)
                scaled = image.convert("RGBA").resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    except InputError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _check_size(path, _MOST_PIXELS + 1)
        raise
    except UnidentifiedImageError:
        raise InputError(f"{path}: is neither a PNG nor a JPEG image") from None
    except Exception as error:  # whatever a decoder makes of a damaged file
        raise InputError(f"{path}: the image is damaged or cut short: {error}") from None
    white = Image.new("RGBA", scaled.size, "white")
    return np.array(Image.alpha_composite(white, scaled).convert("RGB"))


def _check_size(path: Path, pixels: int) -> None:
    if pixels > _MOST_PIXELS:
        limit = _MOST_PIXELS // 1_000_000
        raise UnsafeFileError(f"{path}: too many pixels; at most {limit} megapixels are read of a texture") from None
