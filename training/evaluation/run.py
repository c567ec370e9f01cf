"""Running an evaluation in processes; the results are the same for any number of them."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from training.evaluation.cases import Case, Evaluation
from training.evaluation.driving import Driver, EpisodeResult
from training.evaluation.scores import check, own_scores, summarize
from training.workers import share
from twin.errors import TwinError

Done: TypeAlias = Callable[[EpisodeResult], None]
AT_ONCE = 5
"""Episodes in a row of one layout that a process is given at a time."""


def evaluate(
    evaluation: Evaluation,
    workers: int = 1,
    done: Done = lambda _: None,
    known: Mapping[int, EpisodeResult] | None = None,
) -> dict[str, Any]:
    """The scores of all episodes, and each episode, in the order of its cases.

    ``done`` is called as each episode ends; ``known`` holds results by seed that need not be driven again. Raises
    ``TwinError`` where a process died, and ``UnknownNameError`` after the first episode that lacks what
    a score reads: not when all have been driven.
    """
    own = own_scores(evaluation.env)
    found: dict[int, EpisodeResult] = dict(known or {})

    def keep(results: list[EpisodeResult]) -> None:
        for result in results:
            check(result, own)
            found[int(result["seed"])] = result
            done(result)

    rest = [case for case in evaluation.cases if case.seed not in found]
    died = share(partial(_job, evaluation), _tasks(rest, workers), workers, keep)
    if missing := [case.seed for case in rest if case.seed not in found]:
        raise TwinError(f"{'; '.join(died)}: {len(missing)} episodes were not driven, the first with seed {missing[0]}")
    return summarize([found[case.seed] for case in evaluation.cases], own)


def _tasks(cases: list[Case], workers: int) -> list[tuple[Case, ...]]:
    """Episodes of one layout together, so that it is built once; few enough to keep all processes and the bar busy."""
    size = 1 if workers <= 1 else max(1, min(AT_ONCE, len(cases) // workers))
    by_layout: dict[int, list[Case]] = {}
    for case in cases:
        by_layout.setdefault(id(case.layout), []).append(case)
    return [tuple(same[i : i + size]) for same in by_layout.values() for i in range(0, len(same), size)]


@contextmanager
def _job(evaluation: Evaluation, _number: int) -> Iterator[Callable[[tuple[Case, ...]], list[EpisodeResult]]]:
    import envs  # noqa: F401 - registers

    with Driver(evaluation) as driver:
        yield lambda cases: [_drive(driver, case) for case in cases]


def _drive(driver: Driver, case: Case) -> EpisodeResult:
    driver.prepare(case)  # the agent imports what it needs
    with _one_thread():
        return driver.drive(case)


@contextmanager
def _one_thread() -> Iterator[None]:
    """More threads gain nothing on one observation at a time, and sums may differ with their number."""
    torch: Any = sys.modules.get("torch")  # seconds to import, for who needs none of it
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
