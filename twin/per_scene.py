"""What is worked out of a scene once and shared by all who use it, for as long as the scene lives."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from twin.scene import Scene

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def per_scene(
    function: Callable[Concatenate[Scene, Arguments], Result],
) -> Callable[Concatenate[Scene, Arguments], Result]:
    """Remember the results of a pure function of a scene object and of hashable positional arguments.

    Two threads that ask at once may both work it out; one result is kept.
    """
    known: dict[int, dict[object, Result]] = {}

    @wraps(function)
    def remembered(scene: Scene, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        key = id(scene)
        results = known.get(key)
        if results is None:
            results = known.setdefault(key, {})
            weakref.finalize(scene, known.pop, key, None)
        if args not in results:
            results.setdefault(args, function(scene, *args, **kwargs))
        return results[args]

    return remembered
