"""Colours and textures of surfaces."""

import colorsys
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from typing_extensions import override

from twin import textures
from twin.errors import TwinError, UnknownNameError
from twin.randomizers._base import Drawn, Randomizer
from twin.randomizers._surfaces import SHARED
from twin.samplers import AnySampler, Dice, Normal, Sampler, constant, within
from twin.scene import Material
from twin.staging import Staging


def _known_textures(sampler: Sampler) -> Sampler:
    for value in sampler.values:
        if value not in ("", "any"):
            try:
                textures.check(str(value))
            except TwinError as error:
                raise ValueError(str(error)) from None
    return sampler


class RANDOMIZER(Randomizer):
    """Gives materials other colours, textures and gloss, each one by itself."""

    pictures_only: ClassVar[bool] = True
    type: Literal["materials"] = "materials"
    only: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)] = ("*",)
    """Materials that may change, with ``*`` for any text: ``cardboard_*``; those of a robot are ``NAME/...``."""
    share: Annotated[AnySampler, within(0, 1)] = constant(1.0)
    """How many of them do."""
    hue: Annotated[AnySampler, within(-0.5, 0.5)] = Sampler(normal=Normal(std=0.03, low=-0.1, high=0.1))
    """Added to the hue; 0.5 is the other side of the circle."""
    saturation: Annotated[AnySampler, within(0, 3)] = Sampler(uniform=(0.6, 1.4))
    """Factor on the saturation."""
    tint: Annotated[AnySampler, within(0, 1)] = constant(0.0)
    """Added to the saturation: what is grey has a colour then, any where the hue is drawn from the whole circle."""
    value: Annotated[AnySampler, within(0, 3)] = Sampler(uniform=(0.7, 1.25))
    """Factor on the brightness."""
    roughness: Annotated[AnySampler, within(0, 1)] = Sampler(uniform=(0.3, 1.0))
    """In place of the material's."""
    texture: Annotated[AnySampler, AfterValidator(_known_textures)] = constant("")
    """In place of the material's, by name; empty for its own, ``any`` for any of those that fit everywhere."""
    texture_size: Annotated[AnySampler, within(0.05, 20)] = Sampler(log_uniform=(0.3, 3.0))
    """Metres that one tile of such a texture covers."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        _check_robots(self.only, [m.name for m in staging.scene.materials if "/" in m.name])
        share = dice.number("share", self.share)
        chosen = [m for m in staging.scene.materials if any(fnmatchcase(m.name, one) for one in self.only)]
        kept = [material for material in chosen if dice.uniform() < share]
        return {material.name: self._changes(dice) for material in kept}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        materials = tuple(_changed(m, drawn[m.name]) if m.name in drawn else m for m in staging.scene.materials)
        return replace(staging, scene=replace(staging.scene, materials=materials))

    def _changes(self, dice: Dice) -> dict[str, Any]:
        texture = str(dice.draw("texture", self.texture))
        found: dict[str, Any] = {
            name: dice.number(name, getattr(self, name)) for name in ("hue", "saturation", "tint", "value", "roughness")
        }
        size, which = dice.number("texture_size", self.texture_size), dice.whole(len(SHARED))
        if texture:
            found |= {"texture": SHARED[which] if texture == "any" else texture, "texture_size": size}
        return found


def _check_robots(patterns: Sequence[str], there: Sequence[str]) -> None:
    """Raise ``InputError`` for a surface of a robot that no robot has, where there are robots."""
    for pattern in patterns:
        if "/" in pattern and there and not any(fnmatchcase(name, pattern) for name in there):
            raise UnknownNameError("material", pattern, there, "materials: only")


def _changed(material: Material, drawn: Any) -> Material:
    hue, saturation, value = colorsys.rgb_to_hsv(*material.color)
    color = colorsys.hsv_to_rgb(
        (hue + drawn["hue"]) % 1.0,
        min(saturation * drawn["saturation"] + drawn.get("tint", 0.0), 1.0),
        min(value * drawn["value"], 1.0),
    )
    changes: dict[str, Any] = {"color": color, "roughness": drawn["roughness"]}
    return replace(material, **changes, **{k: drawn[k] for k in ("texture", "texture_size") if k in drawn})
