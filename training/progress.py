"""The one progress bar of every long command: how far, how fast, how long yet.

On a terminal a bar moves; elsewhere (a log, a pipe) a plain line appears now and then. Both go to stderr, so that
stdout holds results only.

>>> with progress("collecting", total=100, unit="episodes") as bar:
...     for _ in range(100):
...         bar.advance()
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

LINE_EVERY = 10.0  # seconds between plain lines


class Bar:
    """How far one long job is. ``show`` is called after every change."""

    def __init__(self, total: float | None, unit: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.unit = unit
        self.note = ""
        self.completed = 0.0
        self._clock = clock
        self._started = clock()
        self._before = 0.0
        self.show: Callable[[], None] = lambda: None

    def begin(self, completed: float) -> None:
        """The work begins now, of which ``completed`` units were done by somebody else before."""
        self.completed = self._before = completed
        self._started = self._clock()

    def advance(self, amount: float = 1.0, note: str | None = None) -> None:
        """``amount`` units more are done; ``note`` is a word on how it goes, such as a success rate."""
        self.update(self.completed + amount, note)

    def update(self, completed: float, note: str | None = None) -> None:
        """``completed`` units are done in all."""
        self.completed = completed
        self.note = self.note if note is None else note
        self.show()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    @property
    def rate(self) -> float:
        """Units per second since the start; 0 while nothing is done."""
        return (self.completed - self._before) / self.elapsed if self.elapsed > 0 else 0.0

    def describe(self) -> str:
        """Such as ``40/100 episodes, 3.2/s, 0:00:19 left, success 0.95``."""
        of_total = "" if self.total is None else f"/{self.total:.0f}"
        parts = [f"{self.completed:.0f}{of_total} {self.unit}", f"{self.rate:.3g}/s"]
        if self.total is not None and self.rate > 0 and self.completed < self.total:
            parts.append(f"{timedelta(seconds=round((self.total - self.completed) / self.rate))} left")
        else:
            parts.append(f"{timedelta(seconds=round(self.elapsed))} so far")
        return ", ".join([*parts, self.note] if self.note else parts)


@contextmanager
def progress(description: str, total: float | None = None, unit: str = "steps") -> Iterator[Bar]:
    """Show a long job while the block runs. ``total``: units to do, None when nobody knows."""
    bar = Bar(total, unit)
    with _moving(description, bar) if sys.stderr.isatty() else _lines(description, bar):
        yield bar


@contextmanager
def _moving(description: str, bar: Bar) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[status]}", markup=False))
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(description, total=bar.total, status="")
        bar.show = lambda: shown.update(task, completed=bar.completed, status=bar.describe())
        yield


@contextmanager
def _lines(description: str, bar: Bar) -> Iterator[None]:
    written, told = 0.0, (0.0, "")

    def write() -> None:
        nonlocal written, told
        written, told = bar.elapsed, (bar.completed, bar.note)
        sys.stderr.write(f"{description}: {bar.describe()}\n")
        sys.stderr.flush()

    def now_and_then() -> None:
        if bar.elapsed - written >= LINE_EVERY:
            write()

    bar.show = now_and_then
    try:
        yield
    finally:
        if bar.completed and told != (bar.completed, bar.note):
            write()
