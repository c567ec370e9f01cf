"""Stereo pairs: what one camera sees, the other sees a disparity further left."""

from dataclasses import replace

import numpy as np
import pytest

from twin import rendering
from twin.errors import InputError
from twin.lenses import Distortion, Lens
from twin.scene import Pose
from twin.stereo import disparity
from twin.testing.rendering_stage import CAMERA, busy_stage

LENS = Lens(160, 120, 150.0, 150.0, 79.5, 59.5, 0.1, 20.0)
BASELINE = 0.2


def test_the_right_camera_sees_each_pixel_a_disparity_further_left():
    scene = busy_stage()
    left = replace(CAMERA, lens=LENS)
    right = replace(left, pose=left.pose @ Pose((BASELINE, 0.0, 0.0)))
    with rendering.create(scene) as renderer:
        one, other = (renderer.render(scene.initial_poses, camera) for camera in (left, right))
    shift = disparity(one.depth, LENS, BASELINE)
    v, u = np.nonzero((one.depth > 0) & (one.depth < 10))
    there = np.rint(u - shift[v, u]).astype(int)
    inside = there >= 0
    v, u, there = v[inside], u[inside], there[inside]
    same = (other.instance[v, there] == one.instance[v, u]) & (np.abs(other.depth[v, there] - one.depth[v, u]) < 0.2)
    assert same.mean() > 0.93  # the rest is hidden from the other camera
    wrong = (other.instance[v, u] == one.instance[v, u]) & (np.abs(other.depth[v, u] - one.depth[v, u]) < 0.2)
    assert wrong.mean() < same.mean() - 0.05


def test_nothing_returned_has_no_disparity():
    depth = np.array([[0.0, 2.0, 4.0]], np.float32)
    np.testing.assert_allclose(disparity(depth, LENS, BASELINE), [[0.0, 15.0, 7.5]])


def test_it_needs_pinholes_apart():
    bent = replace(LENS, distortion=Distortion("fisheye", (0.0,) * 4))
    with pytest.raises(InputError, match="rectify the images of a lens that distorts first"):
        disparity(np.ones((1, 1), np.float32), bent, 0.1)
    with pytest.raises(InputError, match="the baseline must be above 0 m, not 0"):
        disparity(np.ones((1, 1), np.float32), LENS, 0)
