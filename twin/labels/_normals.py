"""The compiled loop of ``normals``: single precision and no branches, so that it becomes vector instructions."""

import numpy as np
import numpy.typing as npt

from twin.compiled import compiled

Image = npt.NDArray[np.float32]

_ZERO, _ONE, _TWO, _NEVER = np.float32(0), np.float32(1), np.float32(2), np.float32(1e30)


@compiled(fastmath=True, error_model="numpy")
def surface_normals(depth: Image, image: npt.NDArray[np.uint16], x: Image, y: Image, out: Image) -> None:
    """Unit normals (height, width, 3) towards the camera; 0 where an object is one pixel wide or high.

    ``x``, ``y``: rays (height + 2, width + 2) at z = 1, with those of one more pixel on every side. Over a plane 1 / z
    is linear in x and y, and its slopes there are the normal's. They are taken towards the neighbour, of the same
    object, on the side where 1 / z bends less: exact unless a pixel lies between two creases.
    """
    height, width = depth.shape
    inverse = np.zeros((height + 4, width + 4), np.float32)
    ids = np.zeros((height + 2, width + 2), np.uint16)
    for v in range(height):
        for u in range(width):
            inverse[v + 2, u + 2] = _ONE / depth[v, u] if depth[v, u] > _ZERO else _ZERO
            ids[v + 1, u + 1] = image[v, u]
    line = np.empty((3, width), np.float32)
    for v in range(height):
        z0, z1, z2, z3, z4 = inverse[v], inverse[v + 1], inverse[v + 2], inverse[v + 3], inverse[v + 4]
        i0, i1, i2 = ids[v], ids[v + 1], ids[v + 2]
        x0, x1, x2, y0, y1, y2 = x[v], x[v + 1], x[v + 2], y[v], y[v + 1], y[v + 2]
        for u in range(width):
            here, ident = z2[u + 2], i1[u + 1]
            right, left, below, above = z2[u + 3], z2[u + 1], z3[u + 2], z1[u + 2]
            to_right = abs(here - _TWO * right + z2[u + 4]) if (right > _ZERO) & (i1[u + 2] == ident) else _NEVER
            to_left = abs(here - _TWO * left + z2[u]) if (left > _ZERO) & (i1[u] == ident) else _NEVER
            to_below = abs(here - _TWO * below + z4[u + 2]) if (below > _ZERO) & (i2[u + 1] == ident) else _NEVER
            to_above = abs(here - _TWO * above + z0[u + 2]) if (above > _ZERO) & (i0[u + 1] == ident) else _NEVER
            known = (here > _ZERO) & (min(to_right, to_left) < _NEVER) & (min(to_below, to_above) < _NEVER)
            goes_right, goes_down = to_right <= to_left, to_below <= to_above
            across = right - here if goes_right else here - left
            down = below - here if goes_down else here - above
            cx, cy = x1[u + 1], y1[u + 1]
            ax, ay = x1[u + 2] - cx if goes_right else cx - x1[u], y1[u + 2] - cy if goes_right else cy - y1[u]
            bx, by = x2[u + 1] - cx if goes_down else cx - x0[u + 1], y2[u + 1] - cy if goes_down else cy - y0[u + 1]
            share = _ONE / (ax * by - ay * bx)
            nx, ny = (across * by - down * ay) * share, (down * ax - across * bx) * share
            nz = here - nx * cx - ny * cy
            scale = -_ONE / np.sqrt(nx * nx + ny * ny + nz * nz) if known else _ZERO
            line[0, u], line[1, u], line[2, u] = nx * scale, ny * scale, nz * scale
        for u in range(width):
            out[v, u, 0], out[v, u, 1], out[v, u, 2] = line[0, u], line[1, u], line[2, u]
