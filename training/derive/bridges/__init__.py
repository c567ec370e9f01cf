"""Bridges: what makes a rendered image look more like those of a target, one file each, found by looking.

To add one, put a file beside the others with a class ``BRIDGE``: its fields are its parameters, and it is called with
one image, one picture of the target (of any size) and a random generator. Geometry is not theirs: labels stay true.

A bridge of your own, such as a network that transfers style, is any callable ``f(rgb, target, rng) -> rgb``: both are
uint8 sRGB arrays (height, width, 3), the result has the shape of the first, and ``rng`` is the only randomness that it
may use. ``twin augment --bridge mymodule:f`` (or ``folder/style.py:f``) imports and runs it; nothing else does.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pydantic import ValidationError

from training.derive.bridges._base import Bridge, BridgeFunction
from training.derive.bridges._own import is_own, own
from twin import discovery
from twin.errors import InputError, entry, one_of

__all__ = ["Bridge", "BridgeFunction", "bridges", "parsed"]


@cache
def bridges() -> Mapping[str, type[Bridge]]:
    """Every shipped bridge by name."""
    return MappingProxyType(discovery.found(__name__, "BRIDGE", "bridge"))


def parsed(text: str) -> BridgeFunction:
    """A bridge as people type it: ``reinhard``, ``fda:beta=0.05``, or their own as ``module:function``.

    Raises ``UnknownNameError`` and ``InputError``.
    """
    name, _, rest = text.partition(":")
    if name not in bridges() and is_own(text):
        return own(text)
    kind = entry("bridge", name, bridges())
    values = dict(part.partition("=")[::2] for part in rest.split(",") if part)
    for key in values:
        one_of("parameter", key, kind.model_fields, f"bridge '{name}'")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
