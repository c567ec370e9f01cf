"""Tasks shared among processes: each done once, whoever dies."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.workers import crew, fitting, share
from twin.errors import DatasetError, InputError


@contextmanager
def squares(folder: Path, number: int) -> Iterator[Callable[[int], int]]:
    """Squares numbers; leaves a file when it ends in order. -1 kills it, -2 is refused, 99 takes for ever."""

    def do(task: int) -> int:
        (folder / f"{task}.begun").touch()
        if task == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        if task == -2:
            while not (folder / "99.begun").exists():
                time.sleep(0.01)
            raise InputError("-2 cannot be squared")
        if task == 99:
            time.sleep(60)
        return task * task

    yield do
    (folder / f"{number}.closed").write_text(os.environ["LP_NUM_THREADS"] if number else "")


@pytest.mark.parametrize("workers", [1, 3])
def test_every_task_is_done_once(tmp_path: Path, workers: int) -> None:
    results: list[int] = []
    assert share(partial(squares, tmp_path), range(40), workers, results.append) == []
    assert sorted(results) == [n * n for n in range(40)]
    closed = sorted(tmp_path.glob("*.closed"))
    assert len(closed) == workers
    assert all(file.read_text() == "0" for file in closed[1:])
    assert "LP_NUM_THREADS" not in os.environ or os.environ["LP_NUM_THREADS"]


def test_one_that_dies_costs_its_task_only(tmp_path: Path) -> None:
    results: list[int] = []
    died = share(partial(squares, tmp_path), [1, -1, *range(2, 10)], 2, results.append)
    assert len(died) == 1
    assert died[0].endswith("was killed by SIGKILL at -1")
    assert sorted(results) == [n * n for n in range(1, 10)]
    assert len(list(tmp_path.glob("*.closed"))) == 1


def test_an_error_stops_all_and_comes_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="-2 cannot be squared"):
        share(partial(squares, tmp_path), [99, -2], 2)
    assert len(list(tmp_path.glob("*.closed"))) == 1  # the one that slept


def test_stopping_lets_every_worker_end_in_order(tmp_path: Path) -> None:
    def interrupt(_: int) -> None:
        while not (tmp_path / "99.begun").exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share(partial(squares, tmp_path), [99, *range(50)], 2, interrupt)
    assert len(list(tmp_path.glob("*.closed"))) == 2


@contextmanager
def counting(number: int) -> Iterator[Callable[[int], tuple[int, int, int]]]:
    """Says who did a task, and as the how many-th of its own; -1 kills it, -2 is refused."""
    done: list[int] = []

    def do(task: int) -> tuple[int, int, int]:
        if task == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        if task == -2:
            raise InputError("-2 is refused")
        done.append(task)
        return task, number, len(done)

    yield do


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crew_stays_and_each_has_tasks_of_its_own(workers: int) -> None:
    with crew(counting, workers) as do_all:
        for batch in range(3):
            results: list[tuple[int, int, int]] = []
            do_all(range(5), results.append)
            assert sorted(task for task, _, _ in results) == list(range(5))
            assert all(number == task % workers for task, number, _ in results)
            assert max(nth for _, _, nth in results) == (batch + 1) * -(-5 // workers)


def test_a_crew_that_loses_somebody_or_is_refused_something_ends() -> None:
    with pytest.raises(DatasetError, match="worker 1 was killed by SIGKILL at -1"), crew(counting, 2) as do_all:
        do_all([1, -1, 3], lambda _: None)
    with pytest.raises(InputError, match="-2 is refused"), crew(counting, 2) as do_all:
        do_all([1, 2, -2], lambda _: None)


@given(st.integers(0, 10**6), st.integers(1, 1000))
def test_processes_are_only_started_where_they_pay(tasks: int, tasks_that_pay: int) -> None:
    number = fitting(tasks, tasks_that_pay)
    assert 1 <= number <= (os.cpu_count() or 1)
    assert number == 1 or number * tasks_that_pay <= tasks
