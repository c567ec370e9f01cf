"""Operations on colour images, one file each, found by looking. Geometry is not theirs: labels stay true.

To add one, put a file beside the others with a class ``AUGMENTATION``: its fields are its parameters, and it is called
with one image and a random generator.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pydantic import ValidationError

from training.derive.augmentations._base import Augmentation, Image
from twin import discovery
from twin.errors import InputError, UnknownNameError

__all__ = ["Augmentation", "Image", "augmentations", "parsed"]


@cache
def augmentations() -> Mapping[str, type[Augmentation]]:
    """Every operation by name."""
    return MappingProxyType(discovery.found(__name__, "AUGMENTATION", "augmentation"))


def parsed(text: str) -> Augmentation:
    """An operation as people type it: ``blur``, or ``noise:sigma=8`` with parameters, several joined by commas."""
    name, _, rest = text.partition(":")
    if name not in augmentations():
        raise UnknownNameError("augmentation", name, augmentations())
    kind = augmentations()[name]
    values = dict(part.partition("=")[::2] for part in rest.split(",") if part)
    for key in values:
        if key not in kind.model_fields:
            raise UnknownNameError("parameter", key, kind.model_fields, f"augmentation '{name}'")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{name}: {'.'.join(map(str, first['loc'])) or text}: {first['msg']}") from None
