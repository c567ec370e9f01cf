"""One sitting of a run: how it goes, when it is over, and what is kept of it."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from training.policies import tensors
from training.policies.algorithms import Learner, State, algorithm
from training.policies.budget import Budget
from training.policies.interrupts import Interrupts
from training.policies.policy_file import save_policy
from training.policies.run import Run
from twin.errors import InputError

if TYPE_CHECKING:
    from training.progress import Bar

CHECKPOINT_EVERY = 60.0
"""Seconds between checkpoints."""
ENOUGH = 100
"""Episodes without which a success rate says nothing."""


class Session:
    """What learners report to. ``stage`` is that of the curriculum, whose last one is the environment as configured."""

    def __init__(self, run: Run, budget: Budget, bar: "Bar", interrupts: Interrupts) -> None:
        self.run, self._budget, self._bar, self._interrupts = run, budget, bar, interrupts
        self._saved = time.monotonic()
        self._began = (0, 0.0)
        self.curve: list[dict[str, Any]] = []
        self.stage = 0
        self.reached = False
        """Whether the target success was reached."""

    @property
    def taken(self) -> int:
        """Steps of this sitting."""
        return self._budget.steps - self._began[0]

    def begin(self, steps: int = 0, seconds: float = 0.0) -> None:
        """Training begins, after so much in earlier sittings."""
        self._began = (steps, seconds)
        self._budget.start(steps, seconds)
        self._bar.begin(self._budget.done * 100)

    def over(self, steps: int) -> bool:
        """Whether the budget is spent, the target reached, or Ctrl-C was pressed."""
        self._budget.steps = steps
        return self.reached or self._interrupts.asked or self._budget.done >= 1.0

    def row(
        self, learner: Learner, episodes: Sequence[Mapping[str, Any]] = (), window: int = ENOUGH, **more: float
    ) -> None:
        """A row of the curve: of the last ``episodes``, ``window`` of them enough to judge by, or other figures."""
        self._budget.steps = learner.steps
        success = _mean(episodes, "is_success")
        row = {
            "steps": learner.steps,
            "seconds": round(self._budget.seconds, 1),
            "success": success,
            "reward": _mean(episodes, "r"),
            "length": _mean(episodes, "l"),
            **({"stage": self.stage} if self.run.config.curriculum else {}),
            **more,
        }
        self.curve.append(row)
        self._show(row)
        if success is not None and len(episodes) >= window:
            self._judge(success)
        self._move_on()
        if time.monotonic() - self._saved > CHECKPOINT_EVERY:
            self.save(learner)

    def save(self, learner: Learner) -> None:
        """Write policy, checkpoint and curve, each at once."""
        self._saved = time.monotonic()
        config = self.run.config
        network = algorithm(config.algo).network
        save_policy(self.run.policy, learner.policy, network, {**config.about(), "steps": learner.steps})
        state = learner.state()
        mine = {"seconds": self._budget.seconds, "stage": self.stage, "steps": learner.steps}
        tensors.save(self.run.checkpoint, dict(state.tensors), {**mine, "learner": dict(state.facts)})
        self.run.save_curve(self.curve)

    def restore(self, learner: Learner) -> None:
        """Go on from the run's checkpoint."""
        parts, facts = self.run.load_checkpoint()
        try:
            learner.restore(State(parts, facts["learner"]))
            self.begin(int(facts["steps"]), float(facts["seconds"]))
            self.stage = int(facts["stage"])
        except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
            raise InputError(f"{self.run.checkpoint}: does not fit this run's {self.run.config.algo}") from error
        self.curve = self.run.curve()

    def _judge(self, success: float) -> None:
        stages, target = self.run.config.curriculum, self.run.config.target
        if self.stage < len(stages):
            self.stage += int(success >= stages[self.stage].success)
        else:
            self.reached = target is not None and success >= target

    def _move_on(self) -> None:
        """Stages end when their share of the budget is used, too."""
        stages = self.run.config.curriculum
        while self.stage < len(stages) and self._budget.done >= stages[self.stage].until:
            self.stage += 1

    def _show(self, row: Mapping[str, Any]) -> None:
        steps, seconds = self._began
        rate = (row["steps"] - steps) / max(self._budget.seconds - seconds, 1e-9)
        unit = algorithm(self.run.config.algo).unit
        success = "" if row["success"] is None else f", success {row['success']:.2f}"
        loss = f", loss {row['loss']:.3g}" if "loss" in row else ""
        stage = f", stage {self.stage + 1}" if self.stage < len(self.run.config.curriculum) else ""
        self._bar.update(self._budget.done * 100, f"{row['steps']} {unit}, {rate:.0f} {unit}/s{success}{loss}{stage}")


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    return float(sum(float(row[name]) for row in rows) / len(rows)) if rows else None
