"""A load on the robot: what it weighs, and how high it lies."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from typing_extensions import override

from twin.physics.inertia import volume_of
from twin.randomizers._base import Drawn, Randomizer
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.scene import Geom, Pose, Shape
from twin.staging import Staging

WIDTH = 0.9
"""Of the robot's length and width, that a load has."""
LOWEST = 0.1
"""Metres over the floor that the underside of a big load has at least."""


class RANDOMIZER(Randomizer):
    """A box as dense as the robot's chassis, fixed to it: it tips, rolls and brakes as the two together.

    It touches what it meets; pictures do not show it.
    """

    type: Literal["payload"] = "payload"
    mass: Annotated[AnySampler, within(0, 2000)] = Sampler(uniform=(10.0, 100.0))
    """kg"""
    height: Annotated[AnySampler, within(0, 5)] = Sampler(uniform=(0.3, 0.9))
    """Metres from the floor to the load's middle."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        return {"mass": dice.number("mass", self.mass), "height": dice.number("height", self.height)}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        scene, name = staging.scene, staging.mobile.name
        chassis = next(body for body in scene.bodies if body.name == name)
        box = next(instance for instance in scene.instances if instance.body == name)
        if not given["mass"]:
            return staging
        length, width = WIDTH * box.size[0], WIDTH * box.size[1]
        meshes = {mesh.name: mesh for mesh in scene.meshes}
        tall = volume_of(chassis, meshes) * given["mass"] / chassis.mass / (length * width)
        middle = (*box.center[:2], max(given["height"], LOWEST + tall / 2))
        load = Geom(Shape.BOX, (length / 2, width / 2, tall / 2), Pose(middle), visible=False)
        carrying = replace(chassis, mass=chassis.mass + given["mass"], geoms=(*chassis.geoms, load))
        bodies = tuple(carrying if body is chassis else body for body in scene.bodies)
        return replace(staging, scene=replace(scene, bodies=bodies))
