"""The guide of an episode: leads a robot to its goal, by a route on the known map that is mended on the way."""

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from envs.episodes import Episode
from envs.movers import without_movers
from envs.navigation import ROUTE_DISTANCES
from envs.navigator import Navigator
from factories.geodesics import GeodesicField
from factories.occupancy import OccupancyGrid
from robots.robot import Robot
from twin.geometry import FloatArray
from twin.per_object import per_object
from twin.sensors.lidar import first_ray, scan_points
from twin.sensors.view import View

if TYPE_CHECKING:
    from envs.tasks import Task
    from twin.patrols import Patrols


class Guide:
    """Knows the map, and of the world what the lidar, or the camera, shows."""

    def __init__(self, task: "Task", robot: Robot, known: OccupancyGrid, patrols: "Patrols", episode: Episode) -> None:
        self._task, self._robot, self._patrols = task, robot, patrols
        self.known = known if task.knows_map else emptied(known)
        """What the robot knows before it sees anything."""
        self.episode = episode
        self.navigator = Navigator(self.known, self._field(), episode.start[:2], robot.radius, forgets=task.knows_map)

    def lead_to(self, episode: Episode, time: float, xy: tuple[float, float]) -> None:
        """Go on from ``xy`` to another goal within an episode, knowing what was seen until ``time`` (s)."""
        on_map = isfinite(episode.field.distance_at(*xy))
        start = xy if on_map else self.episode.goal  # squeezed in where the planner knows no way
        self.episode = episode
        self.navigator.turn_to(self._field(), time, start)

    def look(self, time: float, pose: tuple[float, float, float], view: View) -> None:
        """Plan anew where what the robot sees says so; due whenever the navigator looks."""
        lidar = view.lidar
        step = lidar.field_of_view / lidar.rays
        self.navigator.see_through(first_ray(lidar, pose), view.passed, step, view.blind)
        self.navigator.update(time, pose[:2], self._returns(pose, view))

    def left(self, pose: tuple[float, float, float]) -> float:
        """What is left to the goal, in the task's metres."""
        return self._task.left(self.episode, pose)

    def ahead(self, xy: tuple[float, float]) -> FloatArray:
        """Points (3, 2) of the route ``ROUTE_DISTANCES`` ahead."""
        return self.navigator.ahead(xy, ROUTE_DISTANCES)

    def _field(self) -> GeodesicField:
        """Distances to the episode's goal on the map that the robot has."""
        field = self.episode.field
        return field if self._task.knows_map else GeodesicField(self.known, field.goal, self._robot.radius)

    def _returns(self, pose: tuple[float, float, float], view: View) -> FloatArray:
        """Points (n, 2) in the world of what is seen, as far as the route has to lead around them."""
        x, y, yaw = pose
        local = scan_points(view.lidar, view.returned)
        if self._task.waits_for_movers:
            local = without_movers(local, self._patrols, pose)
        c, s = np.cos(yaw), np.sin(yaw)
        return np.stack([x + c * local[:, 0] - s * local[:, 1], y + s * local[:, 0] + c * local[:, 1]], axis=-1)


@per_object
def emptied(known: OccupancyGrid) -> OccupancyGrid:
    """A map of the same hall on which nothing stands."""
    return replace(known, blocked=np.zeros_like(known.blocked))
