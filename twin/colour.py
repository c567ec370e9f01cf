"""sRGB and light: what screens show is encoded (IEC 61966-2-1), what adds up is light."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WEIGHTS = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in luminance, ITU-R BT.709."""


def _decoded() -> npt.NDArray[np.float64]:
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


LIGHT = _decoded()
"""Of each of the 256 steps of sRGB, 0 to 1."""
_LIGHT = LIGHT.astype(np.float32)


def linear(rgb: npt.NDArray[np.uint8]) -> Floats:
    """Light (height, width, 3), 0 to 1, of an sRGB image."""
    return _LIGHT[rgb]


def encoded(light: Floats) -> Floats:
    """sRGB, 0 to 255 as floats, of light.

    >>> encoded(linear(np.array([0, 10, 128, 255], np.uint8))).round().tolist()
    [0.0, 10.0, 128.0, 255.0]
    """
    light = np.clip(light, 0, 1)
    return np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, np.float32(1 / 2.4)) - 0.055
    ) * np.float32(255)


def luminance(light: Floats) -> Floats:
    """Of light (..., 3) in red, green and blue."""
    return light @ _WEIGHTS


_WEIGHTS = np.array(WEIGHTS, np.float32)
