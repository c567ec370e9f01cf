"""The worlds of one or many environments: made when an episode needs one, and kept for the next ones."""

import threading
from collections.abc import Callable

from envs.sites import Site
from twin.world import World


class Worlds:
    """A pool. An environment takes a world for its episode and gives it back; who takes it next resets it."""

    def __init__(self, make: Callable[[Site], World], keep: int) -> None:
        """``keep``: how many worlds nobody uses stay; may be changed."""
        self._make = make
        self.keep = keep
        self._lock = threading.Lock()
        self._idle: list[tuple[Site, World]] = []  # given back longest ago first

    def take(self, site: Site) -> World:
        """A world of that site, as some episode left it. Several threads may take at once."""
        with self._lock:
            for index in reversed(range(len(self._idle))):
                if self._idle[index][0] is site:
                    return self._idle.pop(index)[1]
        return self._make(site)

    def give_back(self, site: Site, world: World) -> None:
        """Let others have a world that was taken."""
        with self._lock:
            self._idle.append((site, world))

    def trim(self) -> None:
        """Free what is too much, oldest first; on the thread that draws, for images belong to their thread."""
        with self._lock:
            self._idle.sort(key=lambda pair: pair[0].reusable)  # stable: those that nobody will want come first
            single = sum(not site.reusable for site, _ in self._idle)
            left = max(single, len(self._idle) - self.keep)
            old, self._idle = self._idle[:left], self._idle[left:]
        for _, world in old:
            world.close()

    def close(self) -> None:
        """Free all that were given back."""
        idle, self._idle = self._idle, []
        for _, world in idle:
            world.close()
