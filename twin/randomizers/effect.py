"""What cameras do to their pictures: exposure, noise, white balance, dirt and the other effects."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from twin.effects import DrawnEffect
from twin.errors import TwinError
from twin.look import Filter
from twin.randomizers._base import Drawn, Mode, Randomizer
from twin.samplers import AnySampler, Dice, Sampler
from twin.staging import Staging


class RANDOMIZER(Randomizer):
    """One effect, on every picture of every camera."""

    pictures_only: ClassVar[bool] = True
    modes: ClassVar[tuple[Mode, ...]] = ("startup", "episode", "interval")

    type: Literal["effect"] = "effect"
    effect: str
    """Its name, see ``twin.effects``."""
    values: Annotated[dict[str, AnySampler], Field(default_factory=dict)]
    """Of its parameters; what is typical of it where none is given."""

    @model_validator(mode="after")
    def _check_effect(self) -> Self:
        try:
            DrawnEffect(self.effect, self.values)
        except TwinError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    @override
    def label(self) -> str:
        return self.name or self.effect

    @property
    @override
    def parameters(self) -> Mapping[str, Sampler]:
        return DrawnEffect(self.effect, self.values).samplers

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        return DrawnEffect(self.effect, self.values).at(dice).model_dump()

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        values = {key: float(value) for key, value in drawn.items()}  # type: ignore[arg-type]
        filters = (*staging.look.filters, Filter(self.effect, values))
        return replace(staging, look=replace(staging.look, filters=filters))
