"""The time of day, and what comes in through the skylights then."""

import math
from dataclasses import asdict
from typing import Annotated, Any, ClassVar, Literal

from typing_extensions import override

from twin.randomizers._base import Drawn, Mode, Randomizer
from twin.randomizers.lights import colored
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.scene import Light
from twin.staging import Staging

LATITUDE = math.radians(50)
NOON = 0.75
"""Intensity of the sun at noon: that of the usual skylight."""
DUSK = 0.1
"""rad below the horizon to which the sun still lights the sky."""


class RANDOMIZER(Randomizer):
    """An hour, drawn; the sun as it stands then at the equinox, the sky, and lamps when these are too dark."""

    modes: ClassVar[tuple[Mode, ...]] = ("startup", "episode", "interval")
    pictures_only: ClassVar[bool] = True

    type: Literal["daylight"] = "daylight"
    hour: Annotated[AnySampler, within(0, 24)] = Sampler(uniform=(0.0, 24.0))
    """Since midnight, by the sun."""
    turn: Annotated[AnySampler, within(-2 * math.pi, 2 * math.pi)] = Sampler(uniform=(-math.pi, math.pi))
    """Where south is, rad from the hall's x axis."""
    lamps: Annotated[AnySampler, within(0, 2)] = Sampler(uniform=(0.15, 0.9))
    """How bright the hall's lamps make it all around; 0 is a power cut at night, 1 the usual day."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        hour, turn = dice.number("hour", self.hour) % 24.0, dice.number("turn", self.turn)
        lights, sky = sun(hour, turn)
        ambient = max(sky, dice.number("lamps", self.lamps))
        return {"hour": hour, "lights": [asdict(light) for light in lights], "ambient": ambient}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        return staging.lit(drawn, running=self.mode == "interval")


def sun(hour: float, south: float) -> tuple[tuple[Light, ...], float]:
    """The sun, where it is up, and how bright the sky is, 0 to 1; ``south`` in rad from the x axis.

    Its place is that of the equinox at 50 degrees north; how much of it comes through the air: Meinel and Meinel,
    Applied Solar Energy (1976), 0.7 ** (air mass ** 0.678).
    """
    angle = (hour - 12.0) * math.pi / 12.0
    height = math.cos(LATITUDE) * math.cos(angle)  # sine of the elevation
    sky = math.sqrt(min(1.0, max(0.0, math.sin(math.asin(height) + DUSK) / math.cos(LATITUDE))))
    if height <= 0.01:
        return (), sky
    azimuth = south - math.atan2(math.sin(angle), math.cos(angle) * math.sin(LATITUDE))
    flat = math.sqrt(1.0 - height**2)
    direction = -flat * math.cos(azimuth), -flat * math.sin(azimuth), -height
    strength = NOON * _through(height) / _through(math.cos(LATITUDE))
    color = colored(0.7 * (1.0 - min(1.0, height / 0.5)))
    return (Light("directional", direction=direction, color=color, intensity=strength, casts_shadow=True),), sky


def _through(height: float) -> float:
    return float(0.7 ** ((1.0 / height) ** 0.678))
