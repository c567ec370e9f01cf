"""The tasks, discovered: every module here but ``base`` holds one ``TASK``."""

from functools import cache
from operator import attrgetter

from envs.tasks.base import Task
from twin import discovery
from twin.errors import UnknownNameError

__all__ = ["Task", "task", "tasks"]


@cache
def tasks() -> dict[str, Task]:
    """All tasks by name; raises ``InputError`` for two of one name."""
    return discovery.found(__name__, "TASK", "task", attrgetter("name"))


def task(name: str) -> Task:
    """A task by its name (``RouteNav``); raises ``UnknownNameError``."""
    if name not in tasks():
        raise UnknownNameError("task", name, tasks())
    return tasks()[name]
