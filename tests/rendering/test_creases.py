"""Meshes are round where their faces meet gently, and have edges where they do not."""

import numpy as np

from factories.meshes.solids import mesh, slab, wheel
from twin.rendering.drawables import Drawables
from twin.rendering.tessellation import mesh_triangles
from twin.scene import Body, Geom, Mesh, Scene, Shape


def test_a_box_keeps_its_edges() -> None:
    triangles = mesh_triangles(mesh("box", [slab((0, 0, 0), (1, 2, 3))]))
    assert np.allclose(np.sort(np.abs(triangles.normals), axis=1), (0, 0, 1), atol=1e-6)
    corners = triangles.positions.reshape(-1, 3, 3)
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    faces /= np.linalg.norm(faces, axis=1, keepdims=True)
    assert np.allclose(np.repeat(faces, 3, axis=0), triangles.normals, atol=1e-6)


def test_a_wheel_is_round_around_and_sharp_at_its_shoulders() -> None:
    radius = 0.5
    triangles = mesh_triangles(mesh("wheel", [wheel((0, 0, 0), radius, 0.2, 20, 0.05)]))
    tread = np.isclose(np.hypot(triangles.positions[:, 0], triangles.positions[:, 2]), radius, atol=1e-3)
    round_about = tread & (np.abs(triangles.normals[:, 1]) < 0.2)
    outward = triangles.positions[round_about] * (1, 0, 1) / radius
    assert round_about.sum() > 60
    assert np.degrees(np.arccos(np.clip((outward * triangles.normals[round_about]).sum(axis=1), -1, 1))).max() < 10
    sides = np.abs(np.abs(triangles.normals[:, 1]) - 1) < 1e-6
    assert sides.sum() == 2 * 18 * 3


def test_faces_without_area_are_left_out() -> None:
    triangles = mesh_triangles(
        Mesh("m", ((0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0)), ((0, 1, 2), (0, 1, 3), (1, 1, 2)))
    )
    assert len(triangles.faces) == 1
    assert np.allclose(triangles.normals, (0, 0, 1))


def test_bounds_are_those_of_the_mesh_wherever_its_origin_is() -> None:
    away = mesh("away", [slab((1, 2, 3), (2, 4, 6))])
    geom = Geom(Shape.MESH, (1.0, 2.0, 1.0), mesh="away")
    drawables = Drawables.of(Scene("s", (Body("b", geoms=(geom,)),), meshes=(away,)))
    low, high = drawables.bounds
    assert low.tolist() == [[1, 4, 3]]
    assert high.tolist() == [[2, 8, 6]]
