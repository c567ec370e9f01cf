"""Boxes that stand upright, in the frame of a camera that is held level: what formats with a yaw alone can say.

The level frame has the camera's origin; y points down along gravity, z lies horizontal below the optical axis, x
right. For a camera that looks straight up or down, z lies below the image's top edge.
"""

from dataclasses import dataclass

import numpy as np

from twin.geometry import FloatArray, matrix_from_quaternion

DOWN = np.array([0.0, 0.0, -1.0])
VERTICAL = 1e-6
"""Length of an optical axis' horizontal part below which the camera looks straight up or down."""
LYING = 0.5
"""The same of an object's x axis, below which its y axis is its heading."""


@dataclass(frozen=True, slots=True)
class UprightBox:
    """``bottom`` (3,): the centre of its lower face, level frame. ``yaw`` (rad) turns about the frame's y axis."""

    bottom: FloatArray
    height: float
    width: float
    length: float
    """Along its heading, which ``yaw`` 0 lets point along x."""
    yaw: float


def level_rotation(camera_pose: FloatArray) -> FloatArray:
    """The matrix (3, 3) that takes vectors of a camera's OpenCV frame (its world pose: (7,)) to its level frame."""
    axes = matrix_from_quaternion(camera_pose[3:])
    ahead = axes[:, 2] - (axes[:, 2] @ DOWN) * DOWN
    if np.linalg.norm(ahead) < VERTICAL:
        ahead = axes[:, 1] * np.sign(axes[:, 2] @ DOWN) * -1.0
        ahead = ahead - (ahead @ DOWN) * DOWN
    forward = ahead / np.linalg.norm(ahead)
    world_from_level = np.stack([np.cross(DOWN, forward), DOWN, forward], axis=1)
    rotation: FloatArray = world_from_level.T @ axes
    return rotation


def upright_box(box: FloatArray, camera_pose: FloatArray, rotation: FloatArray) -> UprightBox:
    """The upright box around a 3D box in the world (10,): centre, orientation, size; the box itself where it stands
    upright.
    """
    axes = matrix_from_quaternion(box[3:7])
    to_level = rotation @ matrix_from_quaternion(camera_pose[3:]).T
    center, edges = to_level @ (box[:3] - camera_pose[:3]), to_level @ axes
    heading = edges[:, 0] if np.hypot(edges[0, 0], edges[2, 0]) > LYING else edges[:, 1]
    yaw = float(-np.arctan2(heading[2], heading[0]))
    own = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]]) @ edges
    length, height, width = np.abs(own) @ box[7:]
    bottom = center + np.array([0, height / 2, 0])
    return UprightBox(bottom, float(height), float(width), float(length), yaw)
