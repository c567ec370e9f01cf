"""Ways to make what is in a region unrecognisable, one file each, found by looking.

To add one, put a file beside the others with a function ``redaction(rgb, region)``: of an image (height, width, 3) and
a mask (height, width) it makes a new image that differs within the mask alone. Nothing of what was there may be
recoverable: a face that is blurred a little is a face.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from twin import discovery
from twin.errors import entry

Image: TypeAlias = npt.NDArray[np.uint8]
Region: TypeAlias = npt.NDArray[np.bool_]
Redaction: TypeAlias = Callable[[Image, Region], Image]

USUAL = "pixelate"


@cache
def redactions() -> Mapping[str, Redaction]:
    """Every way by name."""
    return MappingProxyType(discovery.found(__name__, "redaction", "redaction"))


def named(name: str) -> Redaction:
    """The way of that name; raises ``UnknownNameError``."""
    return entry("redaction", name, redactions())
