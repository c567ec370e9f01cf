"""How much of a run is done, in steps or in seconds of training over all its sessions."""

import time

from training.policies.config import TrainConfig


class Budget:
    """Both may be given; the one that is used up first ends the run."""

    def __init__(self, config: TrainConfig) -> None:
        self._steps = config.steps
        self._seconds = config.minutes * 60 if config.minutes else None
        self.start(0, 0.0)

    def start(self, steps: int, seconds: float) -> None:
        """Training begins now, after so much in earlier sessions."""
        self.steps, self._before, self._began = steps, seconds, time.monotonic()

    @property
    def seconds(self) -> float:
        """Trained so far."""
        return self._before + time.monotonic() - self._began

    @property
    def done(self) -> float:
        """Share of the budget that is used, in [0, 1]."""
        used = [
            self.steps / self._steps if self._steps else 0.0,
            self.seconds / self._seconds if self._seconds else 0.0,
        ]
        return min(1.0, max(used))
