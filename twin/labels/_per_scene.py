"""What follows from a scene alone is worked out once for each scene object, and forgotten with it."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from twin.scene import Scene

T = TypeVar("T")


def per_scene(made: Callable[[Scene], T]) -> Callable[[Scene], T]:
    """Keep the results of a function; a scene is frozen, and comparing scenes would cost more than most functions."""
    known: dict[int, T] = {}

    @wraps(made)
    def kept(scene: Scene) -> T:
        key = id(scene)
        if key not in known:
            known[key] = made(scene)
            weakref.finalize(scene, known.pop, key, None)
        return known[key]

    return kept
