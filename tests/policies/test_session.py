"""When a sitting is over, and what it does at stages and Ctrl-C."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from training_runs import Silent

from training.policies.budget import Budget
from training.policies.interrupts import Interrupts
from training.policies.run import Run
from training.policies.session import Session

STAGES = [{"generator": {"density": 0.1}, "success": 0.5, "until": 0.25}, {"generator": {"density": 0.2}, "until": 0.5}]


class Learner:
    """Only counts; nothing is saved."""

    steps = 0


def sitting(config: Any, folder: Path) -> Session:
    bar: Any = Silent()
    session = Session(Run.create(folder / "run", config), Budget(config), bar, Interrupts())
    session.begin()
    return session


def told(session: Session, steps: int, success: float, count: int = 100) -> None:
    learner: Any = Learner()
    learner.steps = steps
    episodes = [{"is_success": k < success * count, "r": 1.0, "l": 5} for k in range(count)]
    session.row(learner, episodes)


def test_it_is_over_when_the_steps_are_spent(configured: Any, tmp_path: Path):
    session = sitting(configured(steps=100), tmp_path)
    assert not session.over(99)
    assert session.over(100)


def test_it_is_over_when_the_target_is_reached_by_enough_episodes(configured: Any, tmp_path: Path):
    session = sitting(configured(steps=1000, target=0.9), tmp_path)
    told(session, 10, 1.0, count=99)
    assert not session.over(10)
    told(session, 20, 0.89)
    assert not session.over(20)
    told(session, 30, 0.9)
    assert session.over(30)
    assert session.reached
    assert session.curve[-1] == {
        "steps": 30,
        "seconds": session.curve[-1]["seconds"],
        "success": 0.9,
        "reward": 1.0,
        "length": 5.0,
    }


def test_stages_end_by_success_or_by_share_of_the_budget(configured: Any, tmp_path: Path):
    session = sitting(configured(steps=1000, target=0.1, curriculum=STAGES), tmp_path)
    told(session, 10, 0.4)
    assert session.stage == 0
    told(session, 20, 0.5)
    assert session.stage == 1
    assert not session.reached  # easy layouts are not the target
    told(session, 500, 0.2)
    assert session.stage == 2
    assert not session.reached
    told(session, 510, 0.2)
    assert session.reached


def test_the_first_ctrl_c_waits_and_the_second_does_not():
    with Interrupts() as interrupts:
        assert not interrupts.asked
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
