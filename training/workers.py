"""Shares tasks among processes. One that dies costs the task it was at; the others go on.

Each process has a pipe of its own and no lock with the others, so that none can be left waiting for a dead one.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeAlias

from twin.errors import DatasetError
from twin.threads import cores

Task: TypeAlias = Any
"""Anything that can be pickled, but None."""
Job: TypeAlias = Callable[[int], AbstractContextManager[Callable[[Task], Any]]]
"""Called in the process that works, with its number: what it prepares, how it does one task, how it ends."""

ONE_THREAD = {
    "LP_NUM_THREADS": "0",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Of the libraries in a worker: their threads would fight for the cores that the workers share."""

GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What a pipe raises when nobody is at its other end."""


def fitting(tasks: int, tasks_that_pay: int) -> int:
    """Processes for so many tasks: one a core, but none for less than what pays for its start."""
    return max(1, min(cores(), tasks // tasks_that_pay))


@contextmanager
def opencv_alone() -> Iterator[None]:
    """OpenCV on the thread that calls it: its others spin beside pictures as small as robots take them."""
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


class _Stopped(BaseException):
    """SIGTERM came: leave the task, end in order."""


@dataclass
class _Worker:
    number: int
    process: SpawnProcess
    pipe: Connection
    task: Task = None

    def epitaph(self) -> str:
        """How it died, in one line."""
        code = self.process.exitcode or 0
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"worker {self.number} {how}" + (f" at {self.task}" if self.task is not None else "")


def share(job: Job, tasks: Iterable[Task], workers: int, done: Callable[[Any], None] = lambda _: None) -> list[str]:
    """Do every task once, in this process where ``workers`` is 1; ``done(result)`` is called as each ends.

    Which worker does which task is left to how fast they are. Returns a line for every worker that died; what it was
    at is not done again. An exception in a worker, or Ctrl-C, stops all of them in order and is raised here.
    """
    if workers <= 1:
        with job(0) as do:
            for task in tasks:
                done(do(task))
        return []
    todo = deque(tasks)
    with _team(job, min(workers, len(todo))) as team:
        return _conduct(team, todo, done)


@contextmanager
def crew(job: Job, workers: int) -> Iterator[Callable[[Sequence[Task], Callable[[Any], None]], None]]:
    """The same workers for one batch of tasks after the other: ``do_all(tasks, done)``.

    Task i of every batch goes to the same worker, which may keep what it made for it. An exception in a worker, or
    its death, is raised.
    """
    if workers <= 1:
        with job(0) as do:

            def alone(tasks: Sequence[Task], done: Callable[[Any], None]) -> None:
                for task in tasks:
                    done(do(task))

            yield alone
        return
    with _team(job, workers) as team:
        yield partial(_rally, team)


def _rally(team: list[_Worker], tasks: Sequence[Task], done: Callable[[Any], None]) -> None:
    queues = {w.pipe: deque(tasks[i :: len(team)]) for i, w in enumerate(team)}
    busy = {w.pipe: w for w in team if queues[w.pipe]}
    for pipe, worker in busy.items():
        _hand_out(worker, queues[pipe])
    while busy:
        for ready in wait(list(busy)):
            member = busy[ready]  # type: ignore[index]
            try:
                answer = member.pipe.recv()
            except GONE:
                member.process.join()
                raise DatasetError(member.epitaph()) from None
            if isinstance(answer, _Failure):
                raise answer.error
            if queues[member.pipe]:
                _hand_out(member, queues[member.pipe])
            else:
                del busy[member.pipe]
            done(answer)


def _conduct(team: list[_Worker], todo: deque[Task], done: Callable[[Any], None]) -> list[str]:
    died = []
    alive = {worker.pipe: worker for worker in team}
    for worker in team:
        _hand_out(worker, todo)
    while alive:
        for pipe in wait(list(alive)):
            worker = alive[pipe]  # type: ignore[index]
            try:
                answer = worker.pipe.recv()
            except GONE:
                del alive[worker.pipe]
                worker.process.join()
                if worker.process.exitcode:
                    died.append(worker.epitaph())
                continue
            if isinstance(answer, _Failure):
                raise answer.error
            _hand_out(worker, todo)
            done(answer)
    return died


def _hand_out(worker: _Worker, todo: deque[Task]) -> None:
    """The next task, or None when there is no more; one that a dead worker cannot take stays."""
    task = todo[0] if todo else None
    with suppress(*GONE):
        worker.pipe.send(task)
        worker.task = task
        if todo:
            todo.popleft()


@contextmanager
def _team(job: Job, count: int) -> Iterator[list[_Worker]]:
    team: list[_Worker] = []
    try:
        team.extend(_start(job, number) for number in range(count))  # one by one: what fails half-way ends the rest
        yield team
    finally:
        for worker in team:
            worker.pipe.close()
            if worker.process.is_alive():
                worker.process.terminate()
        for worker in team:
            worker.process.join()


def _start(job: Job, number: int) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(job, number, theirs), daemon=True, name=f"worker-{number}")
    with _one_thread(), _ctrl_c_held():
        process.start()
    theirs.close()
    return _Worker(number, process, ours)


def _work(job: Job, number: int, pipe: Connection) -> None:
    """The life of a worker. It ends when told to, or when the one that hands out tasks is gone."""
    with suppress(_Stopped):  # told to between two lines of its end, where nothing below catches it
        _serve(job, number, pipe)


def _serve(job: Job, number: int, pipe: Connection) -> None:
    try:
        with job(number) as do, suppress(_Stopped):  # told to end in the very moment in which the pipe closes, too
            with suppress(_Stopped, *GONE):
                signal.signal(signal.SIGTERM, _stop)
                while (task := pipe.recv()) is not None:
                    pipe.send(do(task))
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except GONE:
        return
    except Exception as error:
        with suppress(*GONE):
            pipe.send(_Failure(error))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends by itself; stopped now, Python's own clean-up complains


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Stopped


@contextmanager
def _one_thread() -> Iterator[None]:
    """The environment that a process started here begins with."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Ctrl-C goes to every process of a terminal; one started here never sees it: its parent stops it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
