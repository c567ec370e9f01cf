"""What a randomizer is: what is drawn is kept apart from what it does, so that stored draws do it again."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, JsonValue, model_validator

from twin.file_model import FileModel
from twin.samplers import Dice, Sampler
from twin.staging import Staging

Mode: TypeAlias = Literal["startup", "episode", "interval"]
Drawn: TypeAlias = Mapping[str, JsonValue]
"""Numbers and names as plain data: enough to do the same again."""


class Drawing(FileModel):
    """What all kinds of randomizers share. Its fields are its parameters, most of them samplers."""

    model_config = ConfigDict(validate_default=True)  # what is stored is read again, defaults too

    modes: ClassVar[tuple[Mode, ...]] = ("startup", "episode")
    """When it can be drawn: what the engine is made of cannot change while it runs."""

    pictures_only: ClassVar[bool] = False
    """Whether poses stay true that were recorded without it."""

    type: str
    """Which randomizer this is."""
    name: Annotated[str, Field(max_length=64, pattern=r"^([A-Za-z0-9_-]+)?$")] = ""
    """What draws and correlations call it; its type when left out."""
    mode: Mode = "episode"
    """``startup`` draws once, from the scenario's own seed; ``episode`` each time; ``interval`` every few seconds."""
    every: Annotated[float, Field(gt=0, le=3600)] | None = None
    """Seconds from one draw to the next, in mode ``interval``."""

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        if self.mode not in self.modes:
            raise ValueError(f"mode: '{self.type}' cannot be drawn at each {self.mode}; {' or '.join(self.modes)}")
        if (self.every is not None) != (self.mode == "interval"):
            raise ValueError("every: belongs to mode interval, which needs it")
        return self

    @property
    def label(self) -> str:
        """Its name, or its type."""
        return self.name or self.type

    @property
    def parameters(self) -> Mapping[str, Sampler]:
        """What is drawn, by the names that ``Dice.draw`` is told and correlations are of."""
        values = {key: getattr(self, key) for key in type(self).model_fields}
        return {key: value for key, value in values.items() if isinstance(value, Sampler)}


class Randomizer(Drawing):
    """Changes a staging: scene, sensors, drive or look."""

    @abstractmethod
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        """Decide everything that ``apply`` needs, as JSON has it."""

    @abstractmethod
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        """Do what was drawn. Nothing random happens here."""
