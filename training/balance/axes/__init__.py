"""Along what datasets are balanced. One file each: what is measured of an object, and the bins people usually want."""

from functools import cache

from training.balance.axes._axis import Axis, Bins, Seen
from twin import discovery

__all__ = ["Axis", "Bins", "Seen", "axes"]


@cache
def axes() -> dict[str, Axis]:
    """All of them by name, cheap ones first."""
    files = discovery.found(__name__, "AXIS", "axis")
    found = {name.rstrip("_"): axis for name, axis in files.items()}  # class is no name of a module
    return dict(sorted(found.items(), key=lambda named: named[1].cost))
