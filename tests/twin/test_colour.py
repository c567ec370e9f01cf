"""Encoded and light are two ways of saying one thing."""

import cv2
import numpy as np

from twin.colour import LIGHT, encoded, linear, luminance


def test_every_byte_comes_back() -> None:
    every = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(encoded(linear(every)), every, atol=0.01)
    assert (np.diff(LIGHT) > 0).all()
    assert (LIGHT[0], LIGHT[255]) == (0, 1)
    np.testing.assert_allclose(encoded(np.array([-1, 7], np.float32)), [0, 255], atol=1e-4)


def test_luminance_is_that_of_cie_xyz() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (8, 9, 3), dtype=np.uint8)
    light = linear(rgb)
    np.testing.assert_allclose(luminance(light), cv2.cvtColor(light, cv2.COLOR_RGB2XYZ)[..., 1], atol=1e-4)
