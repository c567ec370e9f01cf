"""From lenses to the matrices of OpenGL, and to the planes that bound what is seen.

Images are drawn with their first row at OpenGL's lowest, so that what is read back needs no flip.
"""

from functools import lru_cache

import numpy as np

from twin.errors import InputError
from twin.geometry import FloatArray
from twin.lenses import MAX_SIDE, Lens


def check(lens: Lens) -> None:
    """Raise ``InputError`` for a lens that cannot exist."""
    if not (1 <= lens.width <= MAX_SIDE and 1 <= lens.height <= MAX_SIDE):
        raise InputError(f"lens: {lens.width}x{lens.height} pixels; allowed: 1 to {MAX_SIDE} each way")
    if not np.isfinite([lens.fx, lens.fy, lens.cx, lens.cy, lens.near, lens.far]).all():
        raise InputError(f"lens: every number must be finite: {lens}")
    if not (lens.fx > 0 and lens.fy > 0):
        raise InputError(f"lens: focal lengths must be above 0 px, not fx={lens.fx}, fy={lens.fy}")
    if not 0 < lens.near < lens.far:
        raise InputError(f"lens: needs 0 < near < far, not near={lens.near} m, far={lens.far} m")


@lru_cache(maxsize=256)
def clip_from_camera(lens: Lens) -> FloatArray:
    """OpenGL clip coordinates from OpenCV's camera frame, (4, 4). Its w is the distance along the optical axis."""
    check(lens)
    span = lens.far - lens.near
    matrix = np.array(
        [
            [2 * lens.fx / lens.width, 0, (2 * lens.cx + 1) / lens.width - 1, 0],
            [0, 2 * lens.fy / lens.height, (2 * lens.cy + 1) / lens.height - 1, 0],
            [0, 0, (lens.far + lens.near) / span, -2 * lens.far * lens.near / span],
            [0, 0, 1, 0],
        ]
    )
    matrix.flags.writeable = False
    return matrix


def frustum_planes(clip_from_world: FloatArray) -> FloatArray:
    """Six planes (6, 4): a point is inside where ``plane[:3] @ point + plane[3] >= 0``, in metres from the plane."""
    w = clip_from_world[3]
    planes = np.concatenate([w + clip_from_world[:3], w - clip_from_world[:3]])
    return planes / np.linalg.norm(planes[:, :3], axis=1, keepdims=True)
