"""The camera was knocked: it looks aslant."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from typing_extensions import override

from envs.scenarios.cases._base import Case
from envs.scenarios.cases._plan import Plan
from twin.geometry import matrix_from_quaternion
from twin.randomizers import Drawn
from twin.randomizers.camera import moved
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

ASLANT = 0.14
"""rad (8 degrees) that the horizon is turned in the picture."""


class CASE(Case):
    """Turned about all its axes on its mount, by more than calibration errors ever are."""

    type: Literal["knocked_camera"] = "knocked_camera"
    roll: Annotated[AnySampler, within(-1.5, 1.5)] = Sampler(uniform=(0.2, 0.6))
    """About the optical axis, rad; to either side."""
    pitch: Annotated[AnySampler, within(-1.5, 1.5)] = Sampler(uniform=(-0.25, 0.3))
    """Downwards, rad."""
    yaw: Annotated[AnySampler, within(-1.5, 1.5)] = Sampler(uniform=(-0.5, 0.5))
    """To the left, rad."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        side = 1.0 if dice.uniform() < 0.5 else -1.0
        moves = {"roll": side * dice.number("roll", self.roll), "pitch": dice.number("pitch", self.pitch)}
        moves |= {"yaw": dice.number("yaw", self.yaw), "x": -0.01, "y": 0.01 * side, "z": -0.01}
        still = {"zoom": 1.0, "aspect": 1.0, "shift_x": 0.0, "shift_y": 0.0}
        carried = [camera.name for camera in plan.site.scene.cameras if camera.body]
        return {"cameras": {name: {**moves, **still} for name in carried}}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        return moved(staging, given["cameras"])

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """The horizon is aslant in most pictures."""
        slants = []
        for view in evidence.views:
            axes = matrix_from_quaternion(view.pose_world_camera[3:])
            # Where up is in the picture, against where its rows go.
            slants.append(abs(np.arctan2(axes[2, 0], -axes[2, 1])))
        return bool(slants) and float(np.median(slants)) > ASLANT
