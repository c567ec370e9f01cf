"""The ways of many robots: what is left of them and what is ahead, in one call."""

from typing import Any

import numpy as np

from envs import ways_kernels as kernels
from envs.episodes import Episode
from envs.navigation import ROUTE_DISTANCES
from envs.navigator import Navigator
from twin.addresses import address
from twin.geometry import FloatArray


class Ways:
    """A table of addresses, one row a robot; the kernel goes along it. Says what ``way_left`` and ``Navigator`` say."""

    def __init__(self, count: int) -> None:
        self._table = np.zeros((count, kernels.ADDRESSES), dtype=np.int64)
        self._numbers = np.zeros((count, kernels.NUMBERS))
        self._kept: list[Any] = [None] * count  # what the table points at
        self._distances = np.array(ROUTE_DISTANCES)

    def holds(self, row: int, navigator: Navigator) -> bool:
        """Whether that row has that navigator's route."""
        kept = self._kept[row]
        return kept is not None and kept[0] is navigator and kept[1] is navigator.route

    def put(self, row: int, navigator: Navigator, episode: Episode) -> None:
        """Have a robot's way in a row; again whenever its navigator has looked."""
        field, route, values = episode.field, navigator.route, episode.field.values
        self._kept[row] = navigator, route, values
        self._table[row] = address(values), *values.shape, address(route), len(route)
        self._numbers[row] = (
            *field.grid.origin,
            field.grid.resolution,
            *field.goal,
            episode.beyond,
            *navigator.stretch,
        )

    def follow(self, poses: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Metres (n,) left to the goals from ``poses`` (n, 3), and points (n, m, 2) ahead on the routes."""
        left, ahead = np.empty(len(poses)), np.empty((len(poses), len(self._distances), 2))
        kernels.follow_all(self._table, self._numbers, poses, self._distances, left, ahead)
        return left, ahead
