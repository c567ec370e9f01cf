"""What a case is: something dangerous that is put in the way of an episode, and how to tell that it was there."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from twin.errors import PlanningError
from twin.randomizers import Drawing, Drawn
from twin.samplers import Dice
from twin.staging import Staging

if TYPE_CHECKING:
    from envs.scenarios.cases._plan import Plan, Setting
    from envs.scenarios.evidence import Evidence

PREFIX = "case_"
"""How the names of all begin that a case puts into a hall."""
TRIES = 40
"""Episodes that are looked at for one in whose way it fits."""


class Case(Drawing):
    """One rare or dangerous situation.

    What is drawn holds, besides what a case adds for itself:

    - ``layout``: digest of the layout it was drawn for;
    - ``start`` and ``goal`` of the episode, so that the case is in its way;
    - ``equipment``: what stands in the hall besides the layout's, as layouts write it;
    - ``movers``: who of these waits until the robot is near, see ``Cue``;
    - ``at``: seconds after which ``change`` is called; at the start where left out.
    """

    min_route: ClassVar[float] = 7.0
    """Metres from start to goal at least, so that there is room for it."""

    def draw(self, setting: "Setting", dice: Dice) -> dict[str, Any]:
        """Decide everything, as JSON has it; raises ``PlanningError`` where there is no place for it."""
        rng = np.random.default_rng(dice.whole(2**31))
        for _ in range(TRIES):
            plan = setting.plan(rng, self.min_route)
            drawn = self.place(plan, dice)
            if drawn is not None and plan.leaves_room(drawn.get("equipment", ())):
                return {"layout": setting.site.layout.digest(), **plan.ends, **drawn}
        raise PlanningError(f"layout '{setting.site.layout.name}' has no place for the case '{self.type}'")

    @abstractmethod
    def place(self, plan: "Plan", dice: Dice) -> dict[str, Any] | None:
        """Put it in the way of one episode; None where it does not fit there."""

    def apply(self, staging: Staging, drawn: Drawn) -> Staging:  # noqa: ARG002
        """What it changes at the start besides the equipment; nothing random happens here."""
        return staging

    def change(self, staging: Staging, drawn: Drawn) -> Staging:  # noqa: ARG002
        """What it changes when its time has come: sensors and looks only."""
        return staging

    @staticmethod
    @abstractmethod
    def happened(evidence: "Evidence") -> bool:
        """Whether an episode shows it, by its labels, poses and pictures; whatever was asked for."""
