"""Lidar returns as KITTI and SemanticKITTI keep them: a file of points a frame, and one of what each came from.

Points are in the frame of the robot: x ahead, y to the left, z up from the floor, in metres.
"""

from pathlib import Path

import numpy as np

from training.export import _lidar
from training.export._selection import Image
from twin.geometry import FloatArray, inverse, transform_points
from twin.scene import WORLD, Scene

CLOUDS, LABELS = "velodyne", "velodyne_labels"


def frame_of(scene: Scene, poses: FloatArray) -> FloatArray:
    """Pose in the world, (7,), of the body that carries a camera; of the world itself in a scene without one."""
    carrier = next((camera.body for camera in scene.cameras if camera.body != WORLD), None)
    return np.array([0.0, 0, 0, 1, 0, 0, 0]) if carrier is None else poses[scene.body_index[carrier]]


def write(folder: Path, stem: str, image: Image, robot: FloatArray) -> None:
    """``velodyne/<stem>.bin``: float32 x y z reflectance (0: the lidar has none); ``velodyne_labels/<stem>.label``:
    uint32, class id in the lower 16 bits, instance id in the upper ones. ``robot``: its pose.
    """
    found = _lidar.returns(image.values)
    points = np.zeros((len(found.points), 4), "<f4")
    points[:, :3] = transform_points(inverse(robot), found.points)
    labels = found.instance.astype("<u4") << 16 | found.class_id
    points.tofile(folder / CLOUDS / f"{stem}.bin")
    labels.astype("<u4").tofile(folder / LABELS / f"{stem}.label")
