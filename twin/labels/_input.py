"""What labels are computed from, and what several of them share, worked out once a frame at most."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.geometry import FloatArray, matrix_from_quaternion
from twin.labels._boxes import projected
from twin.labels._objects import ObjectTable, object_table
from twin.labels._runs import Runs, Visible, runs, visible
from twin.rendering.base import Frame
from twin.scene import Camera, Scene, pose_world_camera

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class LabelInput:
    """One frame and what it was drawn from. ``poses`` are those of all bodies, (bodies, 7)."""

    frame: Frame
    scene: Scene
    poses: FloatArray
    camera: Camera

    @cached_property
    def table(self) -> ObjectTable:
        """Every object of the scene, visible or not."""
        return object_table(self.scene)

    @cached_property
    def runs(self) -> Runs:
        """The instance image as horizontal runs."""
        return runs(self.frame.instance)

    @cached_property
    def visible(self) -> Visible:
        """Ids, areas and extents of what the frame shows. Raises ``InputError`` for an id the scene does not have."""
        found = visible(self.runs, self.frame.instance.shape[1])
        for instance in found.ids[self.table.row(found.ids) < 0]:
            raise InputError(
                f"the image shows the instance id {instance}, which scene '{self.scene.name}' does not have"
            )
        return found

    def check_ids(self) -> None:
        """Raise ``InputError`` for an id in the image that the scene does not have."""
        _ = self.visible

    @cached_property
    def objects(self) -> Rows:
        """Rows in ``table`` of the visible objects."""
        return self.table.row(self.visible.ids)

    @cached_property
    def object_poses(self) -> FloatArray:
        """World poses (objects, 7) of the visible objects."""
        return self.poses[self.table.body[self.objects]]

    @cached_property
    def camera_pose(self) -> FloatArray:
        """The camera's OpenCV frame in the world, (7,)."""
        return pose_world_camera(self.scene, self.camera, self.poses)

    @cached_property
    def camera_rotation(self) -> FloatArray:
        """The camera's axes in the world as columns, (3, 3)."""
        return matrix_from_quaternion(self.camera_pose[3:])

    @cached_property
    def corners(self) -> FloatArray:
        """Corners (objects, 8, 3) of the visible objects' 3D boxes, in the world; corner k is high in x, y, z where
        bit 0, 1, 2 of k is set.
        """
        rotations = matrix_from_quaternion(self.object_poses[:, 3:])
        return self.table.corners[self.objects] @ rotations.transpose(0, 2, 1) + self.object_poses[:, None, :3]

    @cached_property
    def projected_boxes(self) -> FloatArray:
        """Rectangles (objects, 4) around the 3D boxes, as ``bounding_box_2d_loose`` but not clipped to the image."""
        boxes = projected((self.corners - self.camera_pose[:3]) @ self.camera_rotation, self.camera.lens)
        behind = ~np.isfinite(boxes).all(axis=1)
        boxes[behind] = self.visible.extents[behind]
        return boxes
