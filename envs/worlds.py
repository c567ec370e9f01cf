"""The running worlds of one environment: made when an episode needs them and kept for the next ones."""

from collections import OrderedDict
from collections.abc import Callable

from envs.sites import Site
from twin.world import World


class Worlds:
    """One world for each site, of which the ``keep`` used last stay; older ones are closed."""

    def __init__(self, make: Callable[[Site], World], keep: int) -> None:
        self._make = make
        self._keep = keep
        self._ready: OrderedDict[Site, World] = OrderedDict()

    def of(self, site: Site) -> World:
        """The world of a site, as its last episode left it."""
        if site not in self._ready:
            self._ready[site] = self._make(site)
        self._ready.move_to_end(site)
        while len(self._ready) > self._keep:
            self._ready.popitem(last=False)[1].close()
        return self._ready[site]

    def close(self) -> None:
        """Free all of them."""
        while self._ready:
            self._ready.popitem()[1].close()
