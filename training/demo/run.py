"""Runs the steps of the demo, one after another, and keeps the journal."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from training import cli
from training.demo.journal import Journal, remove
from training.demo.steps import Step
from twin.errors import TwinError


class StepError(TwinError):
    """A step ended with an exit code other than 0."""


def run_all(journal: Journal, out: Path, steps: Sequence[Step]) -> Journal:
    """Do what is not finished; the journal afterwards. Raises ``StepError`` where a step fails."""
    for number, step in enumerate(steps, start=1):
        place = f"[{number}/{len(steps)}] {step.title}"
        if journal.finished(step):
            _say(f"{place}: done before\n")
            continue
        journal = _run(journal, out, step, place)
    return journal


def _run(journal: Journal, out: Path, step: Step, place: str) -> Journal:
    more = _arguments_to_go_on(journal, step)
    if not more and step.makes is not None:
        remove(step.makes)
    _say(f"{place}\n$ {step.command}\n")
    began = time.monotonic()
    code = None
    try:
        command, args = cli.parse(step.arguments[0], [*step.arguments[1:], *more])
        code = command.run(args)
    finally:
        journal = journal.with_entry(step, time.monotonic() - began, finished=code == cli.OK)
        journal.save(out)
    if code == cli.INTERRUPTED:
        raise KeyboardInterrupt
    if code != cli.OK:
        raise StepError(f"the demo stops here: `{step.command}` ended with exit code {code}")
    _say("\n")
    return journal


def _arguments_to_go_on(journal: Journal, step: Step) -> tuple[str, ...]:
    """``--resume`` for a step that was stopped before and left something."""
    there = step.makes is not None and step.makes.exists()
    return ("--resume",) if step.goes_on and there and journal.begun(step) else ()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
