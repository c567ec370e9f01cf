"""How long a camera's shutter is open, and how long its rows take to be read."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from typing_extensions import override

from twin.randomizers._base import Drawn, Mode, Randomizer
from twin.samplers import AnySampler, Dice, Sampler, constant, within
from twin.staging import Staging


class RANDOMIZER(Randomizer):
    """Motion blur and rolling shutter. Each picture is drawn several times: slow."""

    modes: ClassVar[tuple[Mode, ...]] = ("startup", "episode", "interval")
    pictures_only: ClassVar[bool] = True

    type: Literal["shutter"] = "shutter"
    exposure: Annotated[AnySampler, within(0, 0.1)] = Sampler(log_uniform=(0.002, 0.04))
    """Seconds that each row is open; 0 for an instant."""
    readout: Annotated[AnySampler, within(0, 0.1)] = constant(0.0)
    """Seconds from the first row to the last; 0 for all at once."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        return {"exposure": dice.number("exposure", self.exposure), "readout": dice.number("readout", self.readout)}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        exposure, readout = float(drawn["exposure"]), float(drawn["readout"])  # type: ignore[arg-type]
        return replace(staging, look=replace(staging.look, exposure=exposure, readout=readout))
