"""What labels are computed from, and what several of them share, worked out once a frame at most."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twin.errors import InputError
from twin.geometry import FloatArray
from twin.labels._alone import Alone, alone
from twin.labels._boxes import projected
from twin.labels._kernels import placed, seen_from
from twin.labels._objects import ObjectTable, Rows, object_table
from twin.labels._visible import Visible, visible
from twin.lenses import bends, project
from twin.rendering.base import Frame, Renderer
from twin.scene import Camera, Scene, pose_world_camera


@dataclass(frozen=True)
class LabelInput:
    """One frame and what it was drawn from."""

    frame: Frame
    scene: Scene
    poses: FloatArray
    """Of all bodies, (bodies, 7)."""
    camera: Camera
    renderer: Renderer | None = None
    """Draws objects alone, for what tells how much of them is hidden."""
    next_poses: FloatArray | None = None
    """Of all bodies in the next frame, for optical flow."""
    next_camera: FloatArray | None = None
    """The camera's OpenCV frame in the next one, (7,); by default it goes with its body."""

    @cached_property
    def table(self) -> ObjectTable:
        """Every object of the scene, visible or not."""
        return object_table(self.scene)

    @cached_property
    def visible(self) -> Visible:
        """Areas and extents of what the frame shows. Raises ``InputError`` for an id the scene does not have."""
        return visible(self.frame.instance, self.table, self.scene.name)

    @property
    def objects(self) -> Rows:
        """Rows in ``table`` of the visible objects."""
        return self.visible.rows

    @property
    def ids(self) -> npt.NDArray[np.uint16]:
        """Instance ids of the visible objects."""
        return self.table.id[self.visible.rows]

    @cached_property
    def object_poses(self) -> FloatArray:
        """World poses (objects, 7) of the visible objects."""
        return self.poses[self.table.body[self.objects]]

    @cached_property
    def camera_poses(self) -> FloatArray:
        """Poses (objects, 7) of the visible objects in the camera's frame."""
        return seen_from(self.camera_pose, self.poses, self.table.body[self.objects])

    @cached_property
    def camera_pose(self) -> FloatArray:
        """The camera's OpenCV frame in the world, (7,)."""
        return pose_world_camera(self.scene, self.camera, self.poses)

    @property
    def after(self) -> FloatArray:
        """Poses (bodies, 7) of all bodies in the next frame. Raises ``InputError`` without one."""
        if self.next_poses is None:
            raise InputError(
                "optical_flow needs the next frame: LabelInput(..., next_poses=poses); an episode's last one has none"
            )
        return self.next_poses

    @property
    def camera_after(self) -> FloatArray:
        """The camera's OpenCV frame in the world in the next frame, (7,). Raises ``InputError`` without one."""
        after = self.after
        return pose_world_camera(self.scene, self.camera, after) if self.next_camera is None else self.next_camera

    @cached_property
    def corners(self) -> FloatArray:
        """Corners (objects, 8, 3) of the visible objects' 3D boxes, in the camera's frame."""
        return placed(self.camera_poses, self.table.corners, self.objects)

    @cached_property
    def projected_boxes(self) -> FloatArray:
        """Rectangles (objects, 4) around the 3D boxes, ``bounding_box_2d_amodal``."""
        boxes = projected(self.corners, self.camera.lens)
        behind = ~np.isfinite(boxes).all(axis=1)
        if behind.any():
            boxes[behind] = self.visible.extents[behind]
        if bends(self.camera.lens):
            # What goes on beyond a lens's reach is lost between two corners; its mask says how far it is seen.
            lost = np.isnan(project(self.camera.lens, self.corners)).any(axis=(1, 2))
            boxes[lost, :2] = np.minimum(boxes[lost, :2], self.visible.extents[lost, :2])
            boxes[lost, 2:] = np.maximum(boxes[lost, 2:], self.visible.extents[lost, 2:])
        return boxes

    @cached_property
    def alone(self) -> Alone:
        """What would be seen of each visible object with nothing in front. Raises ``InputError`` without a renderer."""
        if self.renderer is None:
            raise InputError(
                "this label draws objects alone: give a renderer of the scene, LabelInput(..., renderer=renderer) "
                "or Dataset.labels(..., renderer=renderer)"
            )
        return alone(self.renderer, self.poses, self.camera, self.frame.instance, self.ids, self.projected_boxes)
