"""Who carries a camera: how high, how it is pitched, how much room it takes. One file each."""

from functools import cache

from training.stills.mounts._mount import Mount
from twin import discovery
from twin.errors import one_of

__all__ = ["Mount", "chosen", "mounts"]


@cache
def mounts() -> dict[str, Mount]:
    """All of them by name."""
    return discovery.found(__name__, "MOUNT", "mount")


def chosen(names: tuple[str, ...]) -> dict[str, Mount]:
    """Those of these names, all where none is named; raises ``UnknownNameError``."""
    for name in names:
        one_of("mount", name, mounts())
    return {name: mounts()[name] for name in dict.fromkeys(names)} if names else mounts()
