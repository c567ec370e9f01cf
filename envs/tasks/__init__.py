"""The tasks, discovered: every module here but ``base`` holds one ``TASK``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from envs.tasks.base import Task
from twin.errors import UnknownNameError

__all__ = ["Task", "task", "tasks"]


@cache
def tasks() -> dict[str, Task]:
    """All tasks by name."""
    names = sorted(m.name for m in iter_modules(__path__) if m.name != "base")
    found = [import_module(f"{__name__}.{name}").TASK for name in names]
    return {t.name: t for t in found}


def task(name: str) -> Task:
    """A task by its name (``RouteNav``); raises ``UnknownNameError``."""
    if name not in tasks():
        raise UnknownNameError("task", name, tasks())
    return tasks()[name]
