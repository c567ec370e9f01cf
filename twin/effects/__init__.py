"""What cameras do to colours, one file each, found by looking. Geometry is not theirs: labels stay true.

Scenarios draw their parameters and cameras apply them as they see; ``twin augment`` applies them to what was
recorded. To add one, put a file beside the others with a class ``EFFECT``.
"""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from pydantic import ValidationError

from twin import discovery
from twin.effects._base import Effect, Image, encoded, linear
from twin.errors import InputError, entry, one_of
from twin.samplers import Dice, Sampler, constant

__all__ = ["DrawnEffect", "Effect", "Image", "drawn", "effects", "encoded", "known", "linear", "made", "parsed"]


@cache
def effects() -> Mapping[str, type[Effect]]:
    """Every effect by name."""
    return MappingProxyType(discovery.found(__name__, "EFFECT", "effect"))


class DrawnEffect:
    """An effect whose parameters are drawn anew for every image."""

    def __init__(self, name: str, given: Mapping[str, Sampler]) -> None:
        """``given``: samplers of its parameters; the others are as is typical for it. Raises ``InputError``."""
        self.kind = known(name)
        self.name = name
        for key in given:
            one_of("parameter", key, self.kind.model_fields, f"effect '{name}'")
        typical = {} if given else {k: Sampler.model_validate(v) for k, v in self.kind.typical.items()}
        self.samplers: Mapping[str, Sampler] = {**typical, **given}
        for key, sampler in self.samplers.items():
            for value in sampler.values or sampler.bounds:  # what both ends allow, all between do
                made(name, {key: value})

    def at(self, dice: Dice) -> Effect:
        """With these draws; raises ``InputError`` for parameters that the effect does not take."""
        values = {key: dice.draw(key, sampler) for key, sampler in self.samplers.items()}
        return made(self.name, values)

    def __call__(self, rgb: Image, rng: np.random.Generator) -> Image:
        """A new image of the same size."""
        return self.at(Dice(rng.random))(rgb, rng)


def known(name: str) -> type[Effect]:
    """The kind of that name; raises ``UnknownNameError``."""
    return entry("effect", name, effects())


def made(name: str, values: Mapping[str, Any]) -> Effect:
    """An effect with these parameters; raises ``InputError``."""
    try:
        return known(name).model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def drawn(name: str, **samplers: Sampler) -> DrawnEffect:
    """An effect by name, with samplers for some of its parameters."""
    return DrawnEffect(name, samplers)


def parsed(text: str) -> DrawnEffect:
    """An effect as people type it: ``blur``, ``noise:read=8`` or ``exposure:stops=-1..1,contrast=0.8..1.2``."""
    name, _, rest = text.partition(":")
    kind = known(name)
    given: dict[str, Sampler] = {}
    for part in filter(None, rest.split(",")):
        key, _, value = part.partition("=")
        one_of("parameter", key, kind.model_fields, f"effect '{name}'")
        given[key] = _range(f"{name}: {key}", value)
    return DrawnEffect(name, given)


def _range(where: str, text: str) -> Sampler:
    low, dots, high = text.partition("..")
    try:
        ends = [float(end) for end in ((low, high) if dots else (low,))]
    except ValueError:
        ends = [math.nan]
    if not all(map(math.isfinite, ends)):
        raise InputError(f"{where}: should be a number, or a range such as 0.5..2, not '{text}'")
    try:
        return Sampler(uniform=(ends[0], ends[1])) if dots else constant(ends[0])
    except ValidationError as error:
        raise InputError(f"{where}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
