"""Checks of the options that an environment is made with: a wrong one is named when it is made, not at a later step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np

import robots
from envs import experts, tasks
from envs.observations import OBSERVATIONS
from envs.rewards import TERMS
from envs.tasks import Task
from robots.robot import Robot
from twin.errors import InputError, one_of

LONGEST_PERIOD = 1.0
"""Seconds."""
SMALLEST_IMAGE, LARGEST_IMAGE = 8, 4096
"""Pixels to each side."""


def task(chosen: str | Task, rewards: Any, collision_ends: Any) -> Task:
    """A task or the one of that name, with ``rewards`` over its weights, and ``collision_ends`` where not None."""
    base = _sound(tasks.task(chosen) if isinstance(chosen, str) else chosen)
    merged = weights({**base.rewards, **mapping("rewards", rewards)})
    ends = base.collision_ends if collision_ends is None else flag("collision_ends", collision_ends)
    return replace(base, rewards=merged, collision_ends=ends)


def _sound(given: Task) -> Task:
    """The task itself; a wrong name in it is told with its file."""
    try:
        observations(given.observations)
        weights(given.rewards)
        one_of("expert", given.expert, experts.names())
    except InputError as error:
        raise InputError(f"{tasks.file_of(given)}: {error}") from None
    return given


def observations(names: str | Iterable[str]) -> tuple[str, ...]:
    """Names of observations, each once; one alone may be given as it is."""
    chosen = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    if not chosen:
        raise InputError(f"obs must name at least one observation; allowed: {', '.join(sorted(OBSERVATIONS))}")
    return tuple(one_of("observation", name, OBSERVATIONS) for name in chosen)


def weights(given: Mapping[str, Any]) -> dict[str, float]:
    """Weights of reward terms."""
    for name, weight in given.items():
        one_of("reward term", name, TERMS)
        if not _is_number(weight):
            raise InputError(f"the weight of reward term '{name}' must be a finite number, not {weight!r}")
    return {name: float(weight) for name, weight in given.items()}


def period(seconds: Any) -> float:
    """A control period."""
    if not (_is_number(seconds) and 0.0 < seconds <= LONGEST_PERIOD):
        raise InputError(f"control_period must be above 0 and at most {LONGEST_PERIOD:g} s, not {seconds!r}")
    return float(seconds)


def image_size(size: Any) -> tuple[int, int]:
    """Width and height in pixels."""
    pair = tuple(size) if isinstance(size, Sequence) and not isinstance(size, str) else ()
    if len(pair) != 2 or not all(_is_whole(n) and SMALLEST_IMAGE <= n <= LARGEST_IMAGE for n in pair):
        raise InputError(
            f"camera_size must be (width, height) from {SMALLEST_IMAGE} to {LARGEST_IMAGE} pixels, not {size!r}"
        )
    return int(pair[0]), int(pair[1])


def mapping(name: str, given: Any) -> Mapping[str, Any]:
    """Values by name; an empty one where None."""
    if given is not None and not isinstance(given, Mapping):
        raise InputError(f"{name} must be a dictionary, not {given!r}")
    return given or {}


def count(name: str, value: Any) -> int:
    """A whole number of at least 1."""
    if not _is_whole(value) or value < 1:
        raise InputError(f"{name} must be a whole number of at least 1, not {value!r}")
    return int(value)


def flag(name: str, value: Any) -> bool:
    """True or False, and no word for them: a text is true whatever it says."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def robot(chosen: Any) -> Robot:
    """A robot, read where a name or a file is given."""
    if not isinstance(chosen, str | Path | Robot):
        raise InputError(f"robot must be a shipped name, the path of a file or a Robot, not {chosen!r}")
    return chosen if isinstance(chosen, Robot) else robots.load(chosen)


def camera(name: str | None, on: Robot, task: Task) -> str:
    """One of the robot's cameras, the first where None; empty where it has none and the task needs none."""
    names = [mount.name for mount in on.sensors.cameras]
    if not names and task.sees_by.needs_camera:
        raise InputError(f"robot '{on.name}' has no camera, and {task.name} finds its way by one")
    if name is None:
        return names[0] if names else ""
    return one_of("camera", name, names, f"robot '{on.name}'")


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and isfinite(value)


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, Integral)
