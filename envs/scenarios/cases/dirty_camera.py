"""The camera's lens is dirty."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from envs.scenarios.cases._base import Case
from envs.scenarios.cases._plan import Plan
from envs.scenarios.evidence import View, spread
from twin.look import Filter
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler, within
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.evidence import Evidence

PICTURES = 5
"""So many are looked at."""
CHANGED = 24
"""Of 255, by which a place differs from what a clean camera sees, exposed and balanced alike."""
SHARE = 0.06
"""Of the picture that differs in all of them."""
LEVELS = 16
"""Of 256 values taken together."""


class CASE(Case):
    """Dust and drops hide much of every picture, at the same places."""

    type: Literal["dirty_camera"] = "dirty_camera"
    amount: Annotated[AnySampler, within(0.02, 1)] = Sampler(uniform=(0.25, 0.6))
    """Share of the picture that is covered, nearly."""
    opacity: Annotated[AnySampler, within(0.1, 1)] = Sampler(uniform=(0.7, 0.95))
    """How much of the light is lost there."""

    @override
    def place(self, plan: Plan, dice: Dice) -> dict[str, Any] | None:
        amount, opacity = dice.number("amount", self.amount), dice.number("opacity", self.opacity)
        return {"dirt": {"amount": amount, "opacity": opacity, "pattern": dice.whole(2**31)}}

    @override
    def apply(self, staging: Staging, drawn: Drawn) -> Staging:
        given: Any = drawn
        filters = (Filter("dirt", given["dirt"]), *staging.look.filters)
        return replace(staging, look=replace(staging.look, filters=filters))

    @staticmethod
    @override
    def happened(evidence: "Evidence") -> bool:
        """The same places differ in all pictures of a camera from what it would see if it were clean."""
        cameras = dict.fromkeys(view.camera.name for view in evidence.views)
        return any(_dirty(evidence, [v for v in evidence.views if v.camera.name == one]) for one in cameras)


def _dirty(evidence: "Evidence", views: Sequence[View]) -> bool:
    off = [_off(view.rgb, evidence.drawn(evidence.scene, view)) for view in spread(views, PICTURES)]
    return bool((np.median(off, axis=0) > CHANGED).mean() > SHARE)


def _off(seen: npt.NDArray[np.uint8], clean: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """By how much (height, width) a picture differs in places from a clean one.

    What all places have in common, such as exposure and white balance, is taken out by a curve for each channel; what
    differs from pixel to pixel, such as noise, by the mean of neighbours.
    """
    import cv2

    alike = np.stack([_curved(clean[..., k], seen[..., k]) for k in range(3)], axis=-1)
    return np.abs(cv2.blur(seen.astype(np.float32), (3, 3)) - cv2.blur(alike, (3, 3))).max(axis=-1)


def _curved(clean: npt.NDArray[np.uint8], seen: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """One channel of a clean picture as bright as one that was seen: what clean values mostly became."""
    level = clean // LEVELS
    present = np.unique(level)
    became = [float(np.median(seen[level == one])) for one in present]
    was = [float(clean[level == one].mean()) for one in present]
    return np.interp(clean, was, became).astype(np.float32)
