"""Spreads an export over processes, piece by piece; the results come back in order, whoever worked them out."""

import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from training.export import Done
from training.export._selection import PIECE, Piece, Selection
from twin.errors import TwinError

Result = TypeVar("Result")

IMAGES_THAT_PAY = 400
"""For the start of a process."""
AHEAD = 4
"""Pieces under way for each process: enough to keep it busy, few enough to keep the results small."""


def over_pieces(
    function: Callable[[Selection, Piece], Result], selection: Selection, done: Done, frames: int = PIECE
) -> Iterator[tuple[Piece, Result]]:
    """Every piece with ``function(selection, piece)``, in order; ``done`` is told the frames of each.

    With several workers the function and its results are pickled.
    """
    work = _in_processes if selection.workers > 1 else _here
    for piece, result in work(function, selection, frames):
        yield piece, result
        done(piece.stop - piece.start)


def _here(function: Any, selection: Selection, frames: int) -> Iterator[tuple[Piece, Any]]:
    for piece in selection.pieces(frames):
        yield piece, function(selection, piece)


def _in_processes(function: Any, selection: Selection, frames: int) -> Iterator[tuple[Piece, Any]]:
    pool = ProcessPoolExecutor(selection.workers, get_context("spawn"), _begin, (selection,))
    under_way: deque[tuple[Piece, Future[Any]]] = deque()
    try:
        for piece in selection.pieces(frames):
            with _no_ctrl_c():
                under_way.append((piece, pool.submit(_work, function, piece)))
            if len(under_way) > AHEAD * selection.workers:
                yield _first(under_way)
        while under_way:
            yield _first(under_way)
    except BrokenProcessPool as error:
        raise TwinError("a worker process died, perhaps for want of memory; try fewer --workers") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _first(under_way: deque[tuple[Piece, "Future[Any]"]]) -> tuple[Piece, Any]:
    piece, future = under_way.popleft()
    return piece, future.result()


_selection: Selection


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """Processes that begin in the block never see Ctrl-C, which reaches all of them; this one sees it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(selection: Selection) -> None:
    """In a new process."""
    global _selection  # noqa: PLW0603 (the dataset is opened once a process)
    _selection = selection


def _work(function: Callable[[Selection, Piece], Result], piece: Piece) -> Result:
    return function(_selection, piece)
