"""Where pixels go."""

import numpy as np
import numpy.typing as npt

from twin.geometry import FloatArray, compose, inverse, matrix_from_quaternion
from twin.labels._input import LabelInput
from twin.labels._kernels import moved
from twin.labels._label import HEIGHT, WIDTH, Label
from twin.labels._rays import rays
from twin.lenses import project


def optical_flow(given: LabelInput) -> npt.NDArray[np.float32]:
    """Pixels right and down by which what each pixel shows has moved in the next frame, hidden then or not.

    Each object moves with its own frame and the background stands still: exact for what is rigid, not for wheels that
    turn or belts that run. NaN where nothing returned and for what has come behind the camera.
    """
    motions = _motions(given)
    depth, lens = given.frame.depth, given.camera.lens
    _ = given.visible  # refuses ids that are not in the table
    points = np.empty((*depth.shape, 3))
    moved(depth, given.frame.instance, rays(lens), given.table.row_of_id, motions, points)
    height, width = depth.shape
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1)
    return (project(lens, points) - pixels).astype(np.float32)


def _motions(given: LabelInput) -> FloatArray:
    """By row of the object table, and for the background in the last one: from where a point was in the camera's frame
    to where it will be, (rows + 1, 3, 4).
    """
    after, camera_after = given.after, inverse(given.camera_after)
    body = given.table.body
    still = np.array([[0.0, 0, 0, 1, 0, 0, 0]])
    before = np.concatenate([given.poses[body], still])
    ahead = np.concatenate([after[body], still])
    motion = compose(compose(camera_after, ahead), inverse(compose(inverse(given.camera_pose), before)))
    matrices = np.empty((len(motion), 3, 4))
    matrices[:, :, :3], matrices[:, :, 3] = matrix_from_quaternion(motion[:, 3:]), motion[:, :3]
    return matrices


LABEL = Label(optical_flow, "float32", (HEIGHT, WIDTH, 2), "px", needs=("next_poses",))
