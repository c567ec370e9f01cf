"""The light of a hall: how many lights, from where, in which colour, how bright."""

import math
from dataclasses import asdict
from typing import Annotated, Any, ClassVar, Literal

from typing_extensions import override

from twin.randomizers._base import Drawn, Mode, Randomizer
from twin.samplers import AnySampler, Dice, Normal, Sampler, counting, within
from twin.scene import Light, Rgb
from twin.staging import Staging


class RANDOMIZER(Randomizer):
    """Daylight from other directions, and lamps below the roof, in place of the scene's lights."""

    pictures_only: ClassVar[bool] = True
    modes: ClassVar[tuple[Mode, ...]] = ("startup", "episode", "interval")

    type: Literal["lights"] = "lights"
    suns: Annotated[AnySampler, counting(0, 4)] = Sampler(choice=(1, 2, 3))
    """How many directional lights; the first one casts a shadow."""
    lamps: Annotated[AnySampler, counting(0, 16)] = Sampler(choice=(0,))
    """How many lamps hang below the roof, at places of their own."""
    height: Annotated[AnySampler, within(1, 30)] = Sampler(uniform=(4.0, 6.0))
    """Of each lamp above the floor, m."""
    azimuth: Annotated[AnySampler, within(-2 * math.pi, 2 * math.pi)] = Sampler(uniform=(-math.pi, math.pi))
    """Where the light of each sun goes to, rad from the hall's x axis."""
    elevation: Annotated[AnySampler, within(0.02, math.pi / 2)] = Sampler(uniform=(0.5, 1.4))
    """Of each sun above the horizon, rad."""
    intensity: Annotated[AnySampler, within(0, 100)] = Sampler(log_uniform=(0.3, 1.2))
    """Of each light."""
    ambient: Annotated[AnySampler, within(0, 3)] = Sampler(uniform=(0.7, 1.2))
    """Factor on the light from all around."""
    warmth: Annotated[AnySampler, within(-1, 1)] = Sampler(normal=Normal(std=0.25, low=-0.8, high=0.8))
    """Colour of each light: 1 is a candle's, 0 white, -1 a blue sky's."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        suns = [self._sun(dice, shadow=k == 0) for k in range(dice.count("suns", self.suns))]
        lamps = [self._lamp(staging, dice) for _ in range(dice.count("lamps", self.lamps))]
        lights = [asdict(light) for light in (*suns, *lamps)]
        return {"lights": lights, "ambient": dice.number("ambient", self.ambient)}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        return staging.lit(drawn, running=self.mode == "interval")

    def _sun(self, dice: Dice, *, shadow: bool) -> Light:
        azimuth, elevation = dice.number("azimuth", self.azimuth), dice.number("elevation", self.elevation)
        flat = math.cos(elevation)
        direction = flat * math.cos(azimuth), flat * math.sin(azimuth), -math.sin(elevation)
        color, intensity = colored(dice.number("warmth", self.warmth)), dice.number("intensity", self.intensity)
        return Light("directional", direction=direction, color=color, intensity=intensity, casts_shadow=shadow)

    def _lamp(self, staging: Staging, dice: Dice) -> Light:
        (x0, y0), (x1, y1) = floor_of(staging)
        at = dice.uniform(x0, x1), dice.uniform(y0, y1), dice.number("height", self.height)
        color, intensity = colored(dice.number("warmth", self.warmth)), dice.number("intensity", self.intensity)
        return Light("point", position=at, color=color, intensity=intensity)


def floor_of(staging: Staging) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lowest and highest corner of the hall's floor, m."""
    for instance in staging.scene.instances:
        if instance.class_name == "floor":
            pose = staging.scene.initial_poses[staging.scene.body_index[instance.body]]
            x, y = float(pose[0] + instance.center[0]), float(pose[1] + instance.center[1])
            half_x, half_y = instance.size[0] / 2, instance.size[1] / 2
            return (x - half_x, y - half_y), (x + half_x, y + half_y)
    poses = staging.scene.initial_poses[:, :2]
    return tuple(map(float, poses.min(axis=0))), tuple(map(float, poses.max(axis=0)))  # type: ignore[return-value]


def colored(warmth: float) -> Rgb:
    """From a clear sky's blue through white to a candle's orange."""
    if warmth >= 0:
        return 1.0, 1.0 - 0.35 * warmth, 1.0 - 0.7 * warmth
    return 1.0 + 0.35 * warmth, 1.0 + 0.18 * warmth, 1.0
