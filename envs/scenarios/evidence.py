"""What an episode shows, whoever asked for what: poses, labels and pictures, by which cases tell that they happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from twin import geometry
from twin.colour import WEIGHTS
from twin.errors import InputError
from twin.geometry import FloatArray
from twin.scene import Camera, Instance, Scene

if TYPE_CHECKING:
    from twin.rendering.last_used import LastUsed
    from twin.rendering.quality import Quality

LUMA = np.array(WEIGHTS)


def luma(rgb: npt.NDArray[np.uint8]) -> float:
    """Mean of a picture, 0 to 255."""
    return float((rgb.reshape(-1, 3) @ LUMA).mean())


@dataclass(frozen=True, eq=False)
class View:
    """One picture of the robot's, with its labels."""

    frame: int
    camera: Camera
    rgb: npt.NDArray[np.uint8]
    instance: npt.NDArray[np.integer]
    pose_world_camera: FloatArray


def spread(views: Sequence[View], count: int) -> list[View]:
    """So many of them, from the first to the last; all where there are fewer."""
    count = min(count, len(views))
    return [views[k] for k in np.linspace(0, len(views) - 1, count).astype(int)]


def drawing(
    last: "LastUsed", quality: "str | Quality", poses: FloatArray
) -> Callable[[Scene, View], npt.NDArray[np.uint8]]:
    """For ``Evidence.drawn``: as the same renderer at the same quality draws, which took the pictures.

    Another one would show differences that nothing in the hall has made.
    """

    def drawn(scene: Scene, view: View) -> npt.NDArray[np.uint8]:
        return last.of(scene, quality).render(poses[view.frame], view.camera).rgb

    return drawn


@dataclass(frozen=True, eq=False)
class Evidence:
    """One episode, frame by frame. Metres, seconds, radians."""

    scene: Scene
    time: FloatArray
    """(frames,)"""
    poses: FloatArray
    """(frames, bodies, 7)"""
    views: Sequence[View]
    """Every picture that was recorded, in the order of frames."""
    goal: tuple[float, float]
    drawn: Callable[[Scene, View], npt.NDArray[np.uint8]]
    """What a renderer makes of a scene, seen as in a view: to compare a picture with what it should be."""
    robot: str = "robot"
    """Its root body."""
    lidar_top: Callable[[], float] = lambda: 0.25
    """Height of the lidar's uppermost plane, m. Asked for where it is needed: a robot's file may be gone."""

    def of_class(self, *names: str) -> list[Instance]:
        """Labelled objects of these classes; the robot itself is none."""
        return [i for i in self.scene.instances if i.class_name in names and i.body != self.robot]

    # -- what is seen ----------------------------------------------------------------------------------------------

    @cached_property
    def seen(self) -> FloatArray:
        """Share of the picture (frames, ids + 1) that each instance takes, in the camera that shows most of it."""
        found = np.zeros((len(self.time), max((i.id for i in self.scene.instances), default=0) + 1))
        for view in self.views:
            counts = np.bincount(view.instance.ravel().astype(np.int64), minlength=found.shape[1])
            found[view.frame] = np.maximum(found[view.frame], counts[: found.shape[1]] / view.instance.size)
        return found

    def share(self, instance: Instance) -> FloatArray:
        """(frames,)"""
        return self.seen[:, instance.id]

    def largest_share(self, instance: Instance) -> float:
        """0 to 1."""
        return float(self.share(instance).max(initial=0.0))

    # -- where things are ------------------------------------------------------------------------------------------

    def pose(self, body: str) -> FloatArray:
        """(frames, 7)"""
        return self.poses[:, self.scene.body_index[body]]

    def way(self, body: str) -> FloatArray:
        """x, y, heading (frames, 3)."""
        pose = self.pose(body)
        w, z = pose[:, 3], pose[:, 6]
        return np.column_stack([pose[:, :2], 2 * np.arctan2(z, w)])

    def velocity(self, body: str) -> FloatArray:
        """m/s (frames, 2), from each frame to the next."""
        xy = self.pose(body)[:, :2]
        if len(xy) < 2:
            return np.zeros_like(xy)
        steps = np.diff(xy, axis=0) / np.maximum(np.diff(self.time), 1e-9)[:, None]
        return np.vstack([steps, steps[-1:]])

    def outline(self, instance: Instance) -> FloatArray:
        """Corners (frames, 4, 2) on the floor of an upright object's box, counter-clockwise."""
        (cx, cy, _), (length, width, _) = instance.center, instance.size
        corners = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * (length / 2, width / 2) + (cx, cy)
        x, y, heading = self.way(instance.body).T
        c, s = np.cos(heading), np.sin(heading)
        turn = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
        return np.einsum("tij,kj->tki", turn, corners) + np.stack([x, y], -1)[:, None]

    def underside(self, instance: Instance) -> float:
        """Height of its lowest point at the start, m."""
        local = np.array(np.meshgrid(*[[-0.5, 0.5]] * 3)).reshape(3, -1).T * instance.size + instance.center
        return float(geometry.transform_points(self.pose(instance.body)[0], local)[:, 2].min())

    @cached_property
    def own(self) -> Instance:
        """The robot; raises ``InputError`` where nobody drives."""
        for instance in self.scene.instances:
            if instance.body == self.robot:
                return instance
        raise InputError(f"scene '{self.scene.name}' has no robot: cases are recognized on its way")

    @cached_property
    def top(self) -> float:
        """Height of the robot's highest point, m."""
        height = float(self.scene.initial_poses[self.scene.body_index[self.robot], 2])
        return height + self.own.center[2] + self.own.size[2] / 2

    def gap(self, one: Instance, other: Instance, finer: int = 1) -> FloatArray:
        """Metres (frames,) between the outlines of two objects, 0 where they overlap.

        ``finer``: look so many times between two frames, as if both went straight on.
        """
        import shapely

        a, b = (_between(self.outline(i), finer) for i in (one, other))
        return np.asarray(shapely.distance(shapely.polygons(a), shapely.polygons(b)))

    def robot_gap(self, other: Instance, finer: int = 5) -> FloatArray:
        """Metres between the robot and an object."""
        return self.gap(self.own, other, finer)

    @cached_property
    def planned(self) -> FloatArray:
        """The way (n, 2) from start to goal that the robot would take if nothing loose stood in the hall."""
        from factories.geodesics import GeodesicField
        from factories.occupancy import OccupancyGrid
        from twin.errors import PlanningError

        radius = float(np.hypot(*self.own.size[:2])) / 2
        grid = OccupancyGrid.of(self.scene, True, 0.1)
        try:
            return GeodesicField(grid, self.goal, radius).route(self.pose(self.robot)[0, :2])
        except PlanningError:
            return np.array([self.pose(self.robot)[0, :2], self.goal])

    def off_way(self, instance: Instance) -> float:
        """Metres from an object's outline at the start to the planned way."""
        import shapely

        return float(shapely.distance(shapely.Polygon(self.outline(instance)[0]), shapely.LineString(self.planned)))


def _between(corners: FloatArray, finer: int) -> FloatArray:
    """More frames (n, 4, 2), by straight lines."""
    if finer <= 1 or len(corners) < 2:
        return corners
    at = np.linspace(0, len(corners) - 1, (len(corners) - 1) * finer + 1)
    low = np.minimum(at.astype(int), len(corners) - 2)
    share = (at - low)[:, None, None]
    return np.asarray(corners[low] * (1 - share) + corners[low + 1] * share)
