"""The tasks, discovered: every module here but ``base`` holds one ``TASK``."""

import sys
from functools import cache
from operator import attrgetter

from envs.tasks.base import Task
from twin import discovery
from twin.errors import entry

__all__ = ["Task", "file_of", "task", "tasks"]


@cache
def tasks() -> dict[str, Task]:
    """All tasks by name; raises ``InputError`` for two of one name."""
    return discovery.found(__name__, "TASK", "task", attrgetter("name"))


def task(name: str) -> Task:
    """A task by its name (``RouteNav``); raises ``UnknownNameError``."""
    return entry("task", name, tasks())


def file_of(chosen: Task) -> str:
    """Where a task is written; for one that was made elsewhere, its name."""
    modules = (sys.modules.get(f"{__name__}.{name}") for name in discovery.names(__name__))
    files = (str(module.__file__) for module in modules if module and getattr(module, "TASK", None) is chosen)
    return next(files, f"task '{chosen.name}'")
