"""Textures: what ``Material.texture`` names. One painter a file, found by looking into this folder.

How renderers lay them on a geom: each face is seen from outside, the image's top towards the geom's +z; on faces that
look up or down, right is +x and -x and the top is +y. ``Material.texture_size`` is the metres one image covers in the
geom's own frame, its middle at the geom's origin; 0 stretches it once over each face of the geom's box. A mesh is
projected along the axis its normal is nearest to. ``Material.color`` multiplies the image, so most of them are near
white, and colour stands in for the texture where none is drawn.

To add one, put a file beside the others with a painter of its name and a ``TEXTURE``. The user's own images are
named by path (``Material.texture: /data/floor.jpg``) or as ``folder:NAME`` in the folder that ``TWIN_TEXTURES`` names.
"""

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from twin import discovery
from twin.errors import InputError, UnknownNameError
from twin.textures._files import FOLDER, is_file_name, read
from twin.textures._paint import SIZE, fine_grain, rgb
from twin.textures._texture import Texture

__all__ = ["SIZE", "TEXTURES", "Texture", "fine_grain", "load", "mean_color"]

TEXTURES: Mapping[str, Texture] = MappingProxyType(discovery.found(__name__, "TEXTURE", "texture"))
"""Every painted texture by name."""


def load(name: str) -> npt.NDArray[np.uint8]:
    """The image of a texture, sRGB (512, 512, 3), the top row first, read-only; the same name gives the same image.

    ``name`` is a key of ``TEXTURES``, with ``:argument`` where it takes one (``marker:17``), the path of an image file
    or ``folder:NAME``. Raises ``UnknownNameError`` with the nearest name, ``InputError`` for an argument or a file that
    will not do, ``UnsafeFileError`` for a file too large.
    """
    return read(name) if is_file_name(name) else _painted(name)


@lru_cache(maxsize=1024)
def mean_color(name: str) -> tuple[float, float, float]:
    """What a texture looks like from afar: its mean, sRGB in 0..1. Raises as ``load`` does."""
    red, green, blue = (load(name)[::8, ::8].reshape(-1, 3).mean(axis=0) / 255).tolist()
    return red, green, blue


def check(name: str) -> None:
    """Raise what ``load`` would raise for a name unknown or written wrongly, reading and painting nothing."""
    if not is_file_name(name):
        _parse(name)


def is_path(name: str) -> bool:
    """Whether a texture's name is the path of an image file."""
    return is_file_name(name) and not name.startswith(f"{FOLDER}:")


def _parse(name: str) -> tuple[Texture, str]:
    kind, colon, argument = name.partition(":")
    texture = TEXTURES.get(kind)
    if texture is None:
        shown = [f"{known}:{t.example}" if t.argument else known for known, t in TEXTURES.items()]
        allowed = [*shown, f"{FOLDER}:NAME", "the path of a PNG or JPEG file"]
        near = UnknownNameError("texture", kind, TEXTURES).args[0].partition("allowed:")[0]
        raise InputError(f"{near}allowed: {', '.join(allowed)}")
    if bool(texture.argument) != bool(colon) or not re.fullmatch(texture.pattern, argument):
        needed = f"is written '{kind}:{texture.example}', with {texture.argument}" if texture.argument else "takes none"
        raise InputError(f"texture '{name}': '{argument}' will not do after the colon; '{kind}' {needed}")
    return texture, argument


@lru_cache(maxsize=256)
def _painted(name: str) -> npt.NDArray[np.uint8]:
    texture, argument = _parse(name)
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    image = texture.paint(rng, argument) if texture.argument else texture.paint(rng)
    pixels = np.round(255 * np.clip(rgb(image), 0, 1)).astype(np.uint8)
    pixels.flags.writeable = False
    return pixels
