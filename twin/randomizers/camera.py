"""How a robot's cameras are mounted, and what lens they have."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from typing_extensions import override

from twin import geometry
from twin.randomizers._base import Drawn, Randomizer
from twin.samplers import AnySampler, Dice, Normal, Sampler, constant, within
from twin.scene import WORLD, Camera, Pose
from twin.staging import Staging


def _about_zero(std: float) -> Sampler:
    """Normal, without what is rarer than one in 400."""
    return Sampler(normal=Normal(std=std, low=-3 * std, high=3 * std))


_MOVES = ("x", "y", "z", "roll", "pitch", "yaw")


class RANDOMIZER(Randomizer):
    """Cameras that are carried stand elsewhere than they should, and see wider or narrower."""

    pictures_only: ClassVar[bool] = True
    type: Literal["camera"] = "camera"
    x: Annotated[AnySampler, within(-1, 1)] = _about_zero(0.01)
    """Forwards on what carries it, m."""
    y: Annotated[AnySampler, within(-1, 1)] = _about_zero(0.01)
    """To its left, m."""
    z: Annotated[AnySampler, within(-1, 2)] = _about_zero(0.01)
    """Upwards, m."""
    roll: Annotated[AnySampler, within(-3.2, 3.2)] = _about_zero(0.01)
    """About the optical axis, rad."""
    pitch: Annotated[AnySampler, within(-1.6, 1.6)] = _about_zero(0.02)
    """Downwards, rad."""
    yaw: Annotated[AnySampler, within(-3.2, 3.2)] = _about_zero(0.02)
    """To the left, rad."""
    zoom: Annotated[AnySampler, within(0.2, 5)] = constant(1.0)
    """Factor on both focal lengths."""
    aspect: Annotated[AnySampler, within(0.8, 1.25)] = constant(1.0)
    """Factor on the horizontal one alone."""
    shift: Annotated[AnySampler, within(-0.5, 0.5)] = constant(0.0)
    """Of the principal point along each axis, as a share of the image's size."""

    @override
    def draw(self, staging: Staging, dice: Dice) -> dict[str, Any]:
        return {c.name: self._changes(dice) for c in staging.scene.cameras if c.body != WORLD}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        return moved(staging, drawn)

    def _changes(self, dice: Dice) -> dict[str, float]:
        found = {name: dice.number(name, getattr(self, name)) for name in (*_MOVES, "zoom", "aspect")}
        return found | {f"shift_{axis}": dice.number("shift", self.shift) for axis in "xy"}


def moved(staging: Staging, moves: Mapping[str, Any]) -> Staging:
    """With cameras moved, by name: ``x`` to ``yaw``, ``zoom``, ``aspect``, ``shift_x`` and ``shift_y`` of each.

    ``RANDOMIZER`` says what they mean.
    """
    cameras = tuple(_moved(c, moves[c.name]) if c.name in moves else c for c in staging.scene.cameras)
    return replace(staging, scene=replace(staging.scene, cameras=cameras))


def _moved(camera: Camera, drawn: Any) -> Camera:
    lens = camera.lens
    lens = replace(
        lens,
        fx=lens.fx * drawn["zoom"] * drawn["aspect"],
        fy=lens.fy * drawn["zoom"],
        cx=lens.cx + drawn["shift_x"] * lens.width,
        cy=lens.cy + drawn["shift_y"] * lens.height,
    )
    turn = np.array(geometry.IDENTITY_QUATERNION)
    # In the camera's own frame: y points down, z forwards.
    for axis, angle in (((0, -1, 0), drawn["yaw"]), ((-1, 0, 0), drawn["pitch"]), ((0, 0, 1), drawn["roll"])):
        turn = geometry.quaternion_multiply(turn, geometry.quaternion_from_axis_angle(axis, angle))
    x, y, z = (camera.pose.position[i] + drawn[name] for i, name in enumerate("xyz"))
    pose = Pose.of([x, y, z, *geometry.quaternion_multiply(camera.pose.quaternion, turn)])
    return replace(camera, pose=pose, lens=lens)
