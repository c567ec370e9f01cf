"""Rigid transforms obey the laws of rotations, and agree with SciPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from twin import geometry

seeds = st.integers(0, 2**32 - 1)
laws = settings(max_examples=30)


def scipy(q: np.ndarray) -> Rotation:
    return Rotation.from_quat(q, scalar_first=True)


def quaternions(rng: np.random.Generator, *shape: int) -> np.ndarray:
    q = rng.normal(size=(*shape, 4))
    return q / np.linalg.norm(q, axis=-1, keepdims=True)


def poses(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return np.concatenate([rng.normal(scale=5.0, size=(*shape, 3)), quaternions(rng, *shape)], axis=-1)


def homogeneous(pose: np.ndarray) -> np.ndarray:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = scipy(pose[3:]).as_matrix(), pose[:3]
    return matrix


def assert_same_pose(a: np.ndarray, b: np.ndarray) -> None:
    np.testing.assert_allclose(homogeneous(a), homogeneous(b), atol=1e-12)


@laws
@given(seeds)
def test_quaternions_agree_with_scipy(seed: int):
    rng = np.random.default_rng(seed)
    a, b, v = quaternions(rng, 5), quaternions(rng, 5), rng.normal(size=(5, 3))
    product = scipy(geometry.quaternion_multiply(a, b))
    np.testing.assert_allclose(product.as_matrix(), (scipy(a) * scipy(b)).as_matrix(), atol=1e-12)
    np.testing.assert_allclose(geometry.matrix_from_quaternion(a), scipy(a).as_matrix(), atol=1e-12)
    np.testing.assert_allclose(geometry.rotate(a, v), scipy(a).apply(v), atol=1e-12)
    np.testing.assert_allclose(
        geometry.rotate(geometry.quaternion_conjugate(a), v), scipy(a).inv().apply(v), atol=1e-12
    )


@laws
@given(seeds, st.floats(-7.0, 7.0))
def test_an_axis_and_an_angle_agree_with_scipy(seed: int, angle: float):
    axis = np.random.default_rng(seed).normal(size=3)
    ours = geometry.matrix_from_quaternion(geometry.quaternion_from_axis_angle(axis, angle))
    np.testing.assert_allclose(ours, Rotation.from_rotvec(angle * axis / np.linalg.norm(axis)).as_matrix(), atol=1e-12)


@laws
@given(seeds)
def test_a_matrix_gives_its_quaternion_back(seed: int):
    q = quaternions(np.random.default_rng(seed), 3, 4)
    back = geometry.quaternion_from_matrix(geometry.matrix_from_quaternion(q))
    np.testing.assert_allclose(back, np.where(q[..., :1] < 0, -q, q), atol=1e-9)


@pytest.mark.parametrize("axis", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, -1, 1)])
@pytest.mark.parametrize("angle", [0.0, np.pi / 2, np.pi - 1e-9, np.pi])
def test_half_turns_are_no_corner_case(axis: tuple[float, float, float], angle: float):
    matrix = geometry.matrix_from_quaternion(geometry.quaternion_from_axis_angle(axis, angle))
    q = geometry.quaternion_from_matrix(matrix)
    assert np.linalg.norm(q) == pytest.approx(1.0)
    np.testing.assert_allclose(geometry.matrix_from_quaternion(q), matrix, atol=1e-9)


@laws
@given(seeds)
def test_poses_form_a_group(seed: int):
    a, b, c = poses(np.random.default_rng(seed), 3)
    identity = np.array([0.0, 0, 0, 1, 0, 0, 0])
    assert_same_pose(geometry.compose(a, identity), a)
    assert_same_pose(geometry.compose(a, geometry.inverse(a)), identity)
    assert_same_pose(geometry.compose(geometry.compose(a, b), c), geometry.compose(a, geometry.compose(b, c)))
    np.testing.assert_allclose(homogeneous(geometry.compose(a, b)), homogeneous(a) @ homogeneous(b), atol=1e-12)


@laws
@given(seeds)
def test_points_follow_poses(seed: int):
    rng = np.random.default_rng(seed)
    a, b = poses(rng, 2)
    points = rng.normal(size=(6, 3))
    there = geometry.transform_points(geometry.compose(a, b), points)
    np.testing.assert_allclose(there, geometry.transform_points(a, geometry.transform_points(b, points)), atol=1e-12)
    np.testing.assert_allclose(
        geometry.transform_points(geometry.inverse(a), geometry.transform_points(a, points)), points, atol=1e-12
    )


@laws
@given(seeds)
def test_leading_axes_broadcast(seed: int):
    rng = np.random.default_rng(seed)
    many, one = poses(rng, 4, 3), poses(rng)
    together = geometry.compose(one, many)
    assert together.shape == (4, 3, 7)
    np.testing.assert_array_equal(together[2, 1], geometry.compose(one, many[2, 1]))
    np.testing.assert_array_equal(geometry.inverse(many)[3, 0], geometry.inverse(many[3, 0]))


@given(st.floats(-3.14, 3.14), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
@laws
def test_heading_is_that_of_the_turned_x_axis(yaw: float, pitch: float, roll: float):
    tilted = Rotation.from_euler("ZYX", [yaw, pitch, roll])
    assert geometry.yaw_from_quaternion(tilted.as_quat(scalar_first=True)) == pytest.approx(yaw, abs=1e-9)
    assert geometry.yaw_from_quaternion(geometry.quaternion_from_yaw(yaw)) == pytest.approx(yaw, abs=1e-9)
    np.testing.assert_allclose(geometry.planar_pose(1.0, 2.0, yaw, 3.0)[:3], [1.0, 2.0, 3.0])


@given(st.floats(-100, 100))
def test_a_wrapped_angle_points_the_same_way(angle: float):
    wrapped = geometry.wrap_angle(angle)
    assert -np.pi <= wrapped < np.pi
    np.testing.assert_allclose([np.cos(wrapped), np.sin(wrapped)], [np.cos(angle), np.sin(angle)], atol=1e-9)
