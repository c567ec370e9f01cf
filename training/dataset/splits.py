"""Which split a group of episodes belongs to. The hash of the group alone decides, so growth moves nothing."""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

from twin.errors import InputError

FRACTIONS = {"train": 0.8, "val": 0.1, "test": 0.1}
SplitBy: TypeAlias = Literal["layout", "episode"]
"""What is kept together: all episodes of a layout, or each episode for itself."""
NAME = "[A-Za-z][A-Za-z0-9_]*"
"""Of a split, as a regular expression: exports name files and folders after it."""


def split_of(group: str, fractions: Mapping[str, float] = FRACTIONS) -> str:
    """The split of ``group``; ``fractions`` sum to 1 and are walked in their order.

    >>> split_of("small_warehouse") == split_of("small_warehouse")
    True
    """
    point = int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") / 2**64
    names = list(fractions)
    for name in names:
        point -= fractions[name]
        if point < 0:
            return name
    return names[-1]


def group_of(layout: str, by: SplitBy, *, number: int, seed: int | None) -> str:
    """The group of an episode for which none is named. One seed is one episode, whatever its ``number``.

    >>> group_of("hall", "episode", number=0, seed=7)
    'hall seed 7'
    """
    if by == "layout":
        return layout
    return f"{layout} episode {number}" if seed is None else f"{layout} seed {seed}"


def parsed(text: str) -> dict[str, float]:
    """Shares as on a command line; raises ``InputError``.

    >>> parsed("train=0.9,test=0.1")
    {'train': 0.9, 'test': 0.1}
    """
    fractions: dict[str, float] = {}
    for term in text.split(","):
        name, _, share = term.strip().partition("=")
        if not re.fullmatch(NAME, name) or name in fractions:
            raise InputError(
                f"--splits {text}: '{name}' is no name, or is there twice; such as train=0.8,val=0.1,test=0.1"
            )
        fractions[name] = _share(share, text)
    if not math.isclose(sum(fractions.values()), 1, abs_tol=1e-6):
        raise InputError(f"--splits {text}: shares should sum to 1, not {sum(fractions.values()):g}")
    return fractions


def _share(text: str, whole: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise InputError(f"--splits {whole}: '{text}' should be a share from 0 to 1, as in train=0.8,val=0.1,test=0.1")
    return share
