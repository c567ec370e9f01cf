"""What may change in the pictures of a scene from moment to moment, with poses and labels as they are."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.scene import Light, Scene

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from twin.effects import Effect  # loads OpenCV


@dataclass(frozen=True, slots=True)
class Filter:
    """An effect of ``twin.effects`` by name, with its parameters."""

    effect: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """How cameras take pictures, and the lights where they are not the scene's. Nothing, unless said."""

    filters: tuple[Filter, ...] = ()
    """What is done to every picture, in this order."""
    seed: int = 0
    """Of what differs from picture to picture, such as noise."""
    exposure: float = 0.0
    """Seconds that the shutter is open."""
    readout: float = 0.0
    """Seconds from an image's first row to its last."""
    lights: tuple[Light, ...] | None = None
    """In place of the scene's."""
    ambient: float | None = None
    """In place of the scene's."""

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return dict(_adapter().dump_python(self, mode="json", exclude_defaults=True))

    @classmethod
    def of(cls, data: object) -> "Look":
        """Inverse of ``data``; raises ``InputError``."""
        from pydantic import ValidationError

        try:
            return _adapter().validate_python(data)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"a look: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    def light(self, scene: Scene) -> tuple[tuple[Light, ...], float]:
        """What shines in a scene: its lights, and the factor on the light from all around."""
        return (
            scene.lights if self.lights is None else self.lights,
            scene.ambient if self.ambient is None else self.ambient,
        )

    def developed(self, rgb: npt.NDArray[np.uint8], camera: str, time: float) -> npt.NDArray[np.uint8]:
        """The picture (height, width, 3) that a camera delivers of what it saw ``time`` s after the start."""
        if not self.filters:
            return rgb
        rng = np.random.default_rng((self.seed, zlib.crc32(camera.encode()), round(1e4 * time)))
        for effect in self._effects:
            rgb = effect(rgb, rng)
        return rgb

    @cached_property
    def _effects(self) -> "tuple[Effect, ...]":
        from twin.effects import made

        return tuple(made(one.effect, one.values) for one in self.filters)


@cache
def _adapter() -> "TypeAdapter[Look]":
    from pydantic import TypeAdapter

    return TypeAdapter(Look)


PLAIN = Look()
