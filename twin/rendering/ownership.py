"""Who may use a renderer: the thread of the process that made it. OpenGL would give anyone else a black frame."""

import os
import threading
from dataclasses import dataclass

from twin.errors import RenderError


@dataclass(frozen=True, slots=True)
class Owner:
    """A thread of a process."""

    process: int
    thread: int

    @classmethod
    def current(cls) -> "Owner":
        """Who is running now."""
        return cls(os.getpid(), threading.get_ident())

    def check(self, what: str) -> None:
        """Raise ``RenderError`` where another thread or a forked child runs."""
        if self.process != os.getpid():
            raise RenderError(
                f"the {what} was made by process {self.process} and is used in its fork {os.getpid()}, where it would"
                " draw nothing; create renderers after forking, in the process that uses them"
            )
        if self.thread != threading.get_ident():
            raise RenderError(
                f"the {what} was made in another thread, and OpenGL belongs to one thread; create one renderer in"
                " each thread that draws"
            )
