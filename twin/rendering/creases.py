"""Normals of meshes: round where faces that share vertices meet gently, sharp where they meet in an edge."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CREASE = np.cos(np.radians(40.0))
"""Faces that turn by more than 40 degrees are kept apart."""


def corner_normals(vertices: Floats, faces: npt.NDArray[np.int64]) -> Floats:
    """Unit normals (m, 3, 3) at the corners of faces (m, 3), none of them degenerate: of all faces at the same vertex
    that do not turn away from the corner's own by more than ``CREASE``, weighted by area.
    """
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    units = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    vertex = faces.ravel()
    by_vertex = np.argsort(vertex, kind="stable")
    counts = np.bincount(vertex)
    starts = np.cumsum(counts) - counts
    corner = np.repeat(np.arange(len(vertex)), counts[vertex])
    nth = np.arange(len(corner)) - np.repeat(np.cumsum(counts[vertex]) - counts[vertex], counts[vertex])
    neighbour = by_vertex[starts[vertex[corner]] + nth] // 3
    gentle = np.einsum("ij,ij->i", units[corner // 3], units[neighbour]) > CREASE
    sums = np.zeros((len(vertex), 3))
    np.add.at(sums, corner[gentle], normals[neighbour[gentle]])
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True)).reshape(-1, 3, 3)
