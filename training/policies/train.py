"""Training for a number of steps or of minutes; stops with a checkpoint and goes on from it."""

from typing import TYPE_CHECKING

import torch

from training.policies import environments, source
from training.policies.algorithms import Start, algorithm
from training.policies.budget import Budget
from training.policies.interrupts import Interrupts
from training.policies.run import Run
from training.policies.session import Session

if TYPE_CHECKING:
    from training.progress import Bar


def train(run: Run, bar: "Bar", threads: int | None = None) -> Session:
    """Train until the budget is spent or the target reached, from the run's checkpoint where there is one.

    ``threads`` step the environments, one a core unless given. Raises ``KeyboardInterrupt`` after saving when stopped.
    """
    config = run.config
    environments.check(config)
    # More threads gain little on networks this small, and lose everything where another process wants the core.
    torch.set_num_threads(1)
    budget = Budget(config)
    first, last = config.settings.learning_rate, config.settings.final_learning_rate

    def learning_rate(_remaining: float) -> float:
        return first + budget.done * (last - first)

    learner = algorithm(config.algo).learner(Start(config, run.path, learning_rate, lambda: budget.done, threads))
    try:
        with Interrupts() as interrupts:
            session = Session(run, budget, bar, interrupts)
            if run.checkpoint.exists():
                session.restore(learner)
            else:
                if config.start is not None:
                    learner.start_from(source.weights(config.start, learner.policy))
                session.begin()
            learner.learn(session)
            session.save(learner)
        if interrupts.asked:
            raise KeyboardInterrupt
    finally:
        learner.close()
    return session
