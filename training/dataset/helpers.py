"""Work that is done by whoever would only wait otherwise."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds."""


class Task(Generic[T]):
    """Something to work out that has no side effects: done twice, it is as good as done once."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._result: T
        self._error: Exception | None = None
        self.done = False

    def run(self) -> None:
        """Keeps what comes of it; only what ends a program (Ctrl-C) is raised."""
        try:
            self._result = self._work()
        except Exception as error:
            self._error = error
        self.done = True

    def result(self) -> T:
        """What came of it; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


class Helpers:
    """Tasks of one thread, shared with any that waits for it with ``until``.

    A thread that simulates is not disturbed, as it would be by a pool of threads that want its core; but when it is so
    far ahead that it has to wait, it compresses frames.
    """

    def __init__(self, threads: int = 0) -> None:
        """``threads``: so many more that do nothing else."""
        self.changed = threading.Condition()
        """To be notified whenever something changes that somebody waits for."""
        self._tasks: deque[Task[Any]] = deque()
        self._closed = False
        for _ in range(threads):
            threading.Thread(
                target=self.until, args=(lambda: self._closed,), name="dataset-helper", daemon=True
            ).start()

    def start(self, works: Iterable[Callable[[], T]]) -> list[Task[T]]:
        """Tasks for anybody to begin with."""
        tasks = [Task(work) for work in works]
        with self.changed:
            self._tasks.extend(tasks)
            self.changed.notify_all()
        return tasks

    def finish(self, tasks: Sequence[Task[T]]) -> list[T]:
        """What comes of all that were started, with or without help; raises what the first one raised."""
        while self._do_one(lambda: not self._tasks):
            pass
        for task in tasks:
            with self.changed:
                self.changed.wait_for(lambda task=task: task.done, PATIENCE)  # type: ignore[misc]
            if not task.done:
                task.run()  # Ctrl-C got who had begun
        return [task.result() for task in tasks]

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait, and help."""
        while self._do_one(reached):
            pass

    def close(self) -> None:
        """End the threads."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()

    def _do_one(self, reached: Callable[[], bool]) -> bool:
        """Do the next task there is, unless ``reached`` is sooner."""
        with self.changed:
            self.changed.wait_for(lambda: reached() or self._tasks)
            if reached():
                return False
            task = self._tasks.popleft()
        task.run()
        with self.changed:
            self.changed.notify_all()
        return True
