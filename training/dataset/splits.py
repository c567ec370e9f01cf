"""Which split a group of episodes belongs to. The hash of the group alone decides, so growth moves nothing."""

import hashlib
from collections.abc import Mapping

FRACTIONS = {"train": 0.8, "val": 0.1, "test": 0.1}


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
