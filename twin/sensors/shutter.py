"""When a camera takes its images: at its own rate, between which it shows the last one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor

from twin.rendering.frame import Frame


@dataclass(frozen=True, slots=True)
class Image:
    """A frame, and the time (s since reset) at which it was taken."""

    frame: Frame
    time: float


class Shutter:
    """One camera's memory. Image k of an episode is due at k / rate, and is taken when somebody looks after that."""

    def __init__(self, rate: float) -> None:
        """``rate`` in Hz; 0 takes one whenever the time has gone on."""
        self._rate = rate
        self.last: Image | None = None

    def look(self, time: float, draw: Callable[[], Frame]) -> Image:
        """The camera's newest image; its arrays belong to the caller."""
        if self.last is not None and not self._due(self.last.time, time):
            return replace(self.last, frame=_copy(self.last.frame))
        self.last = Image(draw(), time)
        return replace(self.last, frame=_copy(self.last.frame)) if self._rate else self.last

    def takes(self, before: float, now: float) -> bool:
        """Whether an image falls due after ``before`` and until ``now``, whoever looks."""
        return not self._rate or _number(now * self._rate) > _number(before * self._rate)

    def _due(self, before: float, now: float) -> bool:
        return now < before or self.takes(before, now)


def _number(periods: float) -> int:
    """Whole periods; the engine's time is a sum, and a hair short of what it should be."""
    return floor(periods + 1e-6)


def _copy(frame: Frame) -> Frame:
    return Frame(frame.rgb.copy(), frame.depth.copy(), frame.instance.copy())
