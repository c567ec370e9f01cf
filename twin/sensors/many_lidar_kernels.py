"""Compiled loop of ``many_lidars``: one scan in each of many worlds."""

import numpy as np
from numba import carray

from twin.addresses import pointer
from twin.compiled import compiled
from twin.geometry import FloatArray
from twin.sensors.lidar import world_angle
from twin.sensors.ray_kernels import IntArray, Solids, cast_scene, compose, spoil

FIXED, MOVING, NEAR, ALL, BAND, POSES, BODIES, ROOT, FIELDS = 0, 9, 18, 20, 22, 23, 24, 25, 26
"""Columns of the table: seven addresses and two counts for each kind of solids, address and count of rows, ..."""


@compiled
def scan_all(
    table: IntArray,
    first: int,
    every: int,
    mount: FloatArray,
    layers: FloatArray,
    first_angle: float,
    step: float,
    max_range: float,
    noise: float,
    dropout: float,
    normal: FloatArray,
    chance: FloatArray,
    ranges: FloatArray,
) -> None:
    """Fill rows of ``ranges`` (n, rays) from the worlds that ``table`` describes."""
    pose, hit = np.empty(7), np.empty(ranges.shape[1], np.int64)
    for k in range(first, len(table), every):
        row = table[k]
        poses = carray(pointer(row[POSES]), (row[BODIES], 7), np.float64)
        compose(poses[row[ROOT]], mount, pose)
        band = carray(pointer(row[BAND]), 2, np.float64)
        rows = ALL if pose[2] < band[0] or pose[2] > band[1] else NEAR
        cast_scene(
            _solids(row[FIXED:]),
            carray(pointer(row[rows]), row[rows + 1], np.int64),
            _solids(row[MOVING:]),
            poses,
            pose[:3],
            layers,
            world_angle(pose) + first_angle,
            step,
            max_range,
            ranges[k],
            hit,
        )
        spoil(ranges[k], hit, noise * normal[k], chance[k], dropout, max_range)


@compiled
def _solids(row: IntArray) -> Solids:
    geoms, planes = row[7], row[8]
    return (
        carray(pointer(row[0]), geoms, np.int64),
        carray(pointer(row[1]), geoms, np.int64),
        carray(pointer(row[2]), (geoms, 7), np.float64),
        carray(pointer(row[3]), (geoms, 3), np.float64),
        carray(pointer(row[4]), geoms, np.float64),
        carray(pointer(row[5]), (planes, 4), np.float64),
        carray(pointer(row[6]), geoms + 1, np.int64),
    )
