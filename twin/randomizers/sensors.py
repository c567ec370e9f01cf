"""Errors of lidar and odometry."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from typing_extensions import override

from twin.randomizers._base import Drawn, Randomizer
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.staging import Staging


class RANDOMIZER(Randomizer):
    """In place of what the robot's file says."""

    modes = ("startup", "episode", "interval")

    type: Literal["sensors"] = "sensors"
    range_noise: Annotated[AnySampler, within(0, 1)] = Sampler(log_uniform=(0.003, 0.05))
    """Standard deviation of the lidar's ranges, m."""
    dropout: Annotated[AnySampler, within(0, 1)] = Sampler(uniform=(0.0, 0.1))
    """Share of the lidar's rays without return."""
    drift: Annotated[AnySampler, within(0, 10)] = Sampler(log_uniform=(0.5, 4.0))
    """Factor on all errors of odometry."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        return {name: dice.number(name, getattr(self, name)) for name in ("range_noise", "dropout", "drift")}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        noise, dropout, drift = (float(drawn[name]) for name in ("range_noise", "dropout", "drift"))  # type: ignore[arg-type]
        sensors = staging.mobile.sensors
        wheels = sensors.odometry
        changed = replace(
            sensors,
            lidar=replace(sensors.lidar, noise=noise, dropout=dropout),
            odometry=replace(
                wheels,
                linear_scale_error=drift * wheels.linear_scale_error,
                angular_scale_error=drift * wheels.angular_scale_error,
                noise=drift * wheels.noise,
            ),
        )
        return replace(staging, mobile=replace(staging.mobile, sensors=changed))
