"""What a recorded episode shows, as ``envs.scenarios`` asks for it: nothing here is read from what was asked for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache

import robots
from envs.scenarios.evidence import Evidence, View
from training.dataset.cameras import stored_camera
from training.dataset.episode_stream import TIME
from training.dataset.frames import Rows
from training.dataset.reader import Dataset
from training.dataset.schema import EXTRINSICS, INSTANCE, INTRINSICS, POSES, RGB, AnyArray, CameraModel
from twin import rendering
from twin.errors import DatasetError
from twin.rendering.quality import QUALITIES, STANDARD
from twin.scene import Scene


@contextmanager
def evidence_of(dataset: Dataset, k: int) -> Iterator[Evidence]:
    """The k-th episode's. Renderers that it needs are closed at the end of the block."""
    record, rows, scene = dataset.record(k), dataset.episode(k), dataset.scene(k)
    for name in (TIME, POSES):
        if name not in dataset.arrays:
            raise DatasetError(f"{dataset.label} has no '{name}', by which cases are recognized")
    robot = robots.load(record.robot)
    lidar = robot.sensors.lidar
    with ExitStack() as stack:
        quality = record.quality if record.quality in QUALITIES else STANDARD

        @lru_cache(4)
        def renderer(scene: int) -> rendering.Renderer:
            return stack.enter_context(rendering.create(known[scene], quality=quality))

        known: dict[int, Scene] = {}

        def drawn(other: Scene, view: View) -> AnyArray:
            """Of the same moment."""
            known.setdefault(id(other), other)
            return renderer(id(other)).render(poses[view.frame], view.camera).rgb

        poses = rows[POSES][:, : len(scene.bodies)]
        views = [view for camera in dataset.meta.cameras for view in _views(rows, camera)]
        yield Evidence(
            scene=scene,
            time=rows[TIME],
            poses=poses,
            views=sorted(views, key=lambda view: view.frame),
            goal=_goal(record.draws.get("goal"), poses[-1, _root(scene)]),
            drawn=drawn,
            lidar_top=lidar.pose.position[2] + max(lidar.layers),
            top=robot_top(scene),
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


def _root(scene: Scene) -> int:
    return scene.body_index.get("robot", 0)


def robot_top(scene: Scene) -> float:
    """Height of the robot's highest point, m."""
    own = next((i for i in scene.instances if i.body == "robot"), None)
    if own is None:
        raise DatasetError(f"scene '{scene.name}' has no robot: cases are recognized on its way")
    height = float(scene.initial_poses[_root(scene), 2])
    return height + own.center[2] + own.size[2] / 2
