"""Exploration that ends: what is learned around random actions may fail where they are not random."""

from collections.abc import Callable
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback


class Narrowing(BaseCallback):
    """Holds the logarithm of the actions' deviation below a line, from ``first`` to ``last`` where the budget ends.

    What is above it at the beginning, as a cloned policy may be, is cut down to ``first``.
    """

    def __init__(self, first: float, last: float, done: Callable[[], float]) -> None:
        """``done``: the share of the budget that is used."""
        super().__init__()
        self._first, self._last, self._done = first, last, done

    def _on_rollout_start(self) -> None:
        policy: Any = self.model.policy
        policy.log_std.data.clamp_(max=self._first + self._done() * (self._last - self._first))

    def _on_step(self) -> bool:
        return True
