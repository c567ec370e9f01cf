"""What is worked out of an object once and shared by all who use it, for as long as the object lives."""

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple

Subject = TypeVar("Subject")
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


def per_object(
    function: Callable[[Subject, *Arguments], Result],
) -> Callable[[Subject, *Arguments], Result]:
    """Remember the results of a pure function of an immutable object and of hashable positional arguments.

    Two threads that ask at once may both work it out; one result is kept.
    """
    known: dict[int, dict[object, Result]] = {}

    @wraps(function)
    def remembered(subject: Subject, /, *args: *Arguments) -> Result:
        key = id(subject)
        results = known.get(key)
        if results is None:
            results = known.setdefault(key, {})
            weakref.finalize(subject, known.pop, key, None)
        if args not in results:
            results.setdefault(args, function(subject, *args))
        return results[args]

    return remembered
