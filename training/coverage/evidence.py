"""What a recorded episode shows, as ``envs.scenarios`` asks for it: nothing here is read from what was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import robots
from envs.scenarios.evidence import Evidence, View, drawing
from envs.sites import ROBOT
from training.dataset.cameras import stored_camera
from training.dataset.episode_stream import TIME
from training.dataset.frames import Rows
from training.dataset.reader import Dataset
from training.dataset.schema import (
    EXTRINSICS,
    INSTANCE,
    INTRINSICS,
    POSES,
    RGB,
    AnyArray,
    CameraModel,
    DatasetMeta,
    EpisodeRecord,
)
from twin import rendering
from twin.errors import DatasetError, TwinError
from twin.rendering.last_used import LastUsed
from twin.rendering.quality import QUALITIES, STANDARD


@contextmanager
def evidence_of(dataset: Dataset, k: int) -> Iterator[Evidence]:
    """The k-th episode's. The renderer that it needs is closed at the end of the block."""
    record, rows, scene = dataset.record(k), dataset.episode(k), dataset.scene(k)
    for name in (TIME, POSES):
        if name not in dataset.arrays:
            raise DatasetError(f"{dataset.label} has no '{name}', by which cases are recognized")
    if ROBOT not in scene.body_index:
        raise DatasetError(f"{dataset.label}: episode {record.episode} has no robot, on whose way cases are recognized")
    poses = rows[POSES][:, : len(scene.bodies)]
    views = [view for camera in dataset.meta.cameras for view in _views(rows, camera)]
    with LastUsed(renderer_of(record)) as last:
        yield Evidence(
            scene=scene,
            time=rows[TIME],
            poses=poses,
            views=sorted(views, key=lambda view: view.frame),
            goal=_goal(record.draws.get("goal"), poses[-1, scene.body_index[ROBOT]]),
            drawn=drawing(last, record.quality if record.quality in QUALITIES else STANDARD, poses),
            robot=ROBOT,
            lidar_top=lambda: lidar_top(dataset.meta, record),
        )


def renderer_of(record: EpisodeRecord) -> str:
    """Name of the renderer that took an episode's pictures; the usual one where the record does not say."""
    name = record.renderer.partition(":")[0]
    return name if name in rendering.RENDERERS else rendering.AUTO


def lidar_top(meta: DatasetMeta, record: EpisodeRecord) -> float:
    """Height of the lidar's uppermost plane, m, by the robot's file.

    That is the file which the dataset was recorded with where it still is there, or a shipped one of that name.
    Raises ``DatasetError`` where there is none.
    """
    for file in (meta.env_arguments.get("robot"), record.robot):
        try:
            robot = robots.load(str(file))
        except TwinError:
            continue
        if robot.name == record.robot:
            lidar = robot.sensors.lidar
            return lidar.pose.position[2] + max(lidar.layers)
    raise DatasetError(
        f"episode {record.episode}: robot '{record.robot}' is none of the shipped ones, and the file that it was "
        "recorded with is not here: what hangs above its lidar cannot be told"
    )


def _views(rows: Rows, camera: CameraModel) -> Iterator[View]:
    values = {name: rows[camera.array(name)] for name in (RGB, INSTANCE, EXTRINSICS, INTRINSICS)}
    for t in range(rows.frames):
        row = {camera.array(name): value[t] for name, value in values.items()}
        yield View(t, stored_camera(row, camera), values[RGB][t], values[INSTANCE][t], values[EXTRINSICS][t])


def _goal(stored: object, last: AnyArray) -> tuple[float, float]:
    """Where the task sent the robot; where it came to, in a record that does not say."""
    if isinstance(stored, list) and len(stored) == 2 and all(isinstance(v, int | float) for v in stored):
        return float(stored[0]), float(stored[1])
    return float(last[0]), float(last[1])
