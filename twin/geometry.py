"""Rigid transforms on NumPy arrays. Quaternions are w, x, y, z; poses are x, y, z, qw, qx, qy, qz.

Every function broadcasts over leading axes.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]

IDENTITY_QUATERNION = (1.0, 0.0, 0.0, 0.0)


def quaternion_multiply(a: npt.ArrayLike, b: npt.ArrayLike) -> FloatArray:
    """Hamilton product, shape (..., 4): the rotation ``b`` followed by ``a``."""
    p, q = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    aw, ax, ay, az = _components(p)
    bw, bx, by, bz = _components(q)
    product = np.empty(np.broadcast_shapes(p.shape, q.shape))
    product[..., 0] = aw * bw - ax * bx - ay * by - az * bz
    product[..., 1] = aw * bx + ax * bw + ay * bz - az * by
    product[..., 2] = aw * by - ax * bz + ay * bw + az * bx
    product[..., 3] = aw * bz + ax * by - ay * bx + az * bw
    return product


def _components(array: FloatArray) -> tuple[Any, ...]:
    """The entries of the last axis, as plain numbers for a single pose: NumPy's cost more than the arithmetic."""
    if array.ndim == 1:
        return tuple(array.tolist())
    return tuple(array[..., i] for i in range(array.shape[-1]))


def quaternion_conjugate(q: npt.ArrayLike) -> FloatArray:
    """Inverse of a unit quaternion, shape (..., 4)."""
    return np.asarray(q, dtype=np.float64) * np.array([1.0, -1.0, -1.0, -1.0])


def quaternion_from_yaw(yaw: npt.ArrayLike) -> FloatArray:
    """Rotation about +z by ``yaw`` rad, shape (..., 4)."""
    half = np.asarray(yaw, dtype=np.float64) / 2
    zero = np.zeros_like(half)
    return np.stack([np.cos(half), zero, zero, np.sin(half)], axis=-1)


def quaternion_from_axis_angle(axis: npt.ArrayLike, angle: float) -> FloatArray:
    """Rotation about ``axis`` (need not be unit) by ``angle`` rad, shape (4,)."""
    unit = np.asarray(axis, dtype=np.float64)
    unit = unit / np.linalg.norm(unit)
    return np.concatenate([[np.cos(angle / 2)], np.sin(angle / 2) * unit])


def yaw_from_quaternion(q: npt.ArrayLike) -> FloatArray:
    """Heading of the rotated x axis in the xy plane, rad in (-pi, pi], shape (...)."""
    w, x, y, z = _components(np.asarray(q, dtype=np.float64))
    return np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))


def matrix_from_quaternion(q: npt.ArrayLike) -> FloatArray:
    """Rotation matrices, shape (..., 3, 3)."""
    quaternions = np.asarray(q, dtype=np.float64)
    w, x, y, z = _components(quaternions)
    matrix = np.empty((*quaternions.shape[:-1], 3, 3))
    matrix[..., 0, 0] = 1 - 2 * (y * y + z * z)
    matrix[..., 0, 1] = 2 * (x * y - w * z)
    matrix[..., 0, 2] = 2 * (x * z + w * y)
    matrix[..., 1, 0] = 2 * (x * y + w * z)
    matrix[..., 1, 1] = 1 - 2 * (x * x + z * z)
    matrix[..., 1, 2] = 2 * (y * z - w * x)
    matrix[..., 2, 0] = 2 * (x * z - w * y)
    matrix[..., 2, 1] = 2 * (y * z + w * x)
    matrix[..., 2, 2] = 1 - 2 * (x * x + y * y)
    return matrix


def quaternion_from_matrix(matrix: npt.ArrayLike) -> FloatArray:
    """Unit quaternions with w >= 0 from rotation matrices (..., 3, 3).

    Takes the largest of the four components from the diagonal, so no branch divides by a small number.
    """
    m = np.asarray(matrix, dtype=np.float64)
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    xy, yx = m[..., 0, 1], m[..., 1, 0]
    xz, zx = m[..., 0, 2], m[..., 2, 0]
    yz, zy = m[..., 1, 2], m[..., 2, 1]
    # Row k is 4 * q[k] * q, so the row of the largest component is the best conditioned.
    rows = np.stack(
        [
            np.stack([1 + xx + yy + zz, zy - yz, xz - zx, yx - xy], axis=-1),
            np.stack([zy - yz, 1 + xx - yy - zz, xy + yx, xz + zx], axis=-1),
            np.stack([xz - zx, xy + yx, 1 - xx + yy - zz, yz + zy], axis=-1),
            np.stack([yx - xy, xz + zx, yz + zy, 1 - xx - yy + zz], axis=-1),
        ],
        axis=-2,
    )
    best = np.argmax(np.diagonal(rows, axis1=-2, axis2=-1), axis=-1)
    q = np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :]
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    return np.where(q[..., :1] < 0, -q, q)


def rotate(q: npt.ArrayLike, vectors: npt.ArrayLike) -> FloatArray:
    """Rotate vectors (..., 3) by quaternions (..., 4)."""
    quaternion, vector = np.asarray(q, dtype=np.float64), np.asarray(vectors, dtype=np.float64)
    w, x, y, z = _components(quaternion)
    a, b, c = _components(vector)
    # t = 2 u x v; the result is v + w t + u x t.
    ta, tb, tc = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
    rotated = np.empty((*np.broadcast_shapes(quaternion.shape[:-1], vector.shape[:-1]), 3))
    rotated[..., 0] = a + w * ta + y * tc - z * tb
    rotated[..., 1] = b + w * tb + z * ta - x * tc
    rotated[..., 2] = c + w * tc + x * tb - y * ta
    return rotated


def compose(pose_a_b: npt.ArrayLike, pose_b_c: npt.ArrayLike) -> FloatArray:
    """Pose of c in a, from the pose of b in a and of c in b; shape (..., 7)."""
    a, b = np.asarray(pose_a_b, dtype=np.float64), np.asarray(pose_b_c, dtype=np.float64)
    position = a[..., :3] + rotate(a[..., 3:], b[..., :3])
    return np.concatenate([position, quaternion_multiply(a[..., 3:], b[..., 3:])], axis=-1)


def inverse(pose: npt.ArrayLike) -> FloatArray:
    """Pose of a in b from the pose of b in a; shape (..., 7)."""
    p = np.asarray(pose, dtype=np.float64)
    q = quaternion_conjugate(p[..., 3:])
    return np.concatenate([-rotate(q, p[..., :3]), q], axis=-1)


def transform_points(pose_target_source: npt.ArrayLike, points: npt.ArrayLike) -> FloatArray:
    """Points (n, 3) of the source frame in the target frame, for one pose (7,)."""
    p = np.asarray(pose_target_source, dtype=np.float64)
    return np.asarray(points, dtype=np.float64) @ matrix_from_quaternion(p[3:]).T + p[:3]


def planar_pose(x: float, y: float, yaw: float = 0.0, z: float = 0.0) -> FloatArray:
    """Pose (7,) of something that stands upright at x, y, z with heading ``yaw``."""
    return np.concatenate([[x, y, z], quaternion_from_yaw(yaw)])


def wrap_angle(angle: npt.ArrayLike) -> FloatArray:
    """The same angle in [-pi, pi)."""
    return (np.asarray(angle, dtype=np.float64) + np.pi) % (2 * np.pi) - np.pi
