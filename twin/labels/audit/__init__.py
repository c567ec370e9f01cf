"""Checks that one frame's images agree with each other and with the scene, poses and camera they come from.

Cheap enough to run while recording. Each check is a file with a generator ``check``; its docstring says what it finds
and what it cannot. To add one, put a file beside the others, and plant its fault in ``tests/labels/test_audit.py``.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from twin import discovery
from twin.labels._input import LabelInput
from twin.labels.audit._problem import Check, Problem

__all__ = ["CHECKS", "Check", "Problem", "check"]

FIRST = "ids"
"""Without known ids there is nothing to hold anything else against."""


_FOUND = discovery.found(__name__, "check", "check of labels")

CHECKS: Mapping[str, Check] = MappingProxyType({FIRST: _FOUND[FIRST], **_FOUND})
"""Every check by name, in the order in which they run."""


def check(given: LabelInput) -> list[Problem]:
    """Everything found wrong with a frame. Where its ids are unknown nothing else is checked."""
    strangers = list(CHECKS[FIRST](given))
    return strangers or list(_others(given))


def _others(given: LabelInput) -> Iterator[Problem]:
    for name, found in CHECKS.items():
        if name != FIRST:
            yield from found(given)
