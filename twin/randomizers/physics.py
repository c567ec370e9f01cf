"""Friction, masses and motors."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from typing_extensions import override

from twin.randomizers._base import Drawn, Randomizer
from twin.samplers import AnySampler, Dice, Sampler, constant, within
from twin.scene import Body
from twin.staging import Staging


class RANDOMIZER(Randomizer):
    """Factors on what the scene says, and how late motors follow."""

    type: Literal["physics"] = "physics"
    friction: Annotated[AnySampler, within(0.02, 3)] = Sampler(log_uniform=(0.6, 1.3))
    """Factor on the friction of everything."""
    load_mass: Annotated[AnySampler, within(0.05, 20)] = Sampler(log_uniform=(0.5, 2.0))
    """Factor on the mass of each thing that can be pushed."""
    robot_mass: Annotated[AnySampler, within(0.2, 5)] = Sampler(uniform=(0.9, 1.3))
    """Factor on the robot's masses."""
    motor_gain: Annotated[AnySampler, within(0.1, 10)] = Sampler(log_uniform=(0.7, 1.4))
    """Factor on the gain of every motor."""
    motor_delay: Annotated[AnySampler, within(0, 1)] = constant(0.0)
    """Seconds from a command until the motors get it, in whole control periods."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        names = ("friction", "robot_mass", "motor_gain", "motor_delay")
        own = _own(staging)
        loads = [b.name for b in staging.scene.bodies if b.mass > 0 and b.name not in own]
        drawn: dict[str, Any] = {name: dice.number(name, getattr(self, name)) for name in names}
        return drawn | {"loads": {name: dice.number("load_mass", self.load_mass) for name in loads}}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        own = _own(staging)

        def changed(body: Body) -> Body:
            factor = given["robot_mass"] if body.name in own else given["loads"].get(body.name, 1.0)
            geoms = tuple(replace(geom, friction=geom.friction * given["friction"]) for geom in body.geoms)
            return replace(body, mass=body.mass * factor, geoms=geoms)

        scene = staging.scene
        motors = tuple(replace(motor, gain=motor.gain * given["motor_gain"]) for motor in scene.actuators)
        scene = replace(scene, bodies=tuple(map(changed, scene.bodies)), actuators=motors)
        return replace(staging, scene=scene, mobile=replace(staging.mobile, delay=given["motor_delay"]))


def _own(staging: Staging) -> set[str]:
    """Names of the robot's bodies."""
    names = {staging.mobile.name}
    for body in staging.scene.bodies:
        if body.parent in names:
            names.add(body.name)
    return names
