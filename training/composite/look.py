"""What makes a picture look as if one camera had taken it in one light: estimated from the photo."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.composite.view import View
from twin.colour import linear, luminance
from twin.scene import Vec3

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

SHADES = 6
"""Norm by which shades of grey tell the colour of the light (Finlayson and Trezzi, 2004)."""
TRUST = 0.6
"""In that colour: some of it is the colour of what is in the picture."""
BRIGHT = 0.85
"""Linear luminance of lamps and windows."""
HIGHEST, LOWEST = math.radians(76), math.radians(45)
"""Elevations of the main light in a hall."""
EDGES = 97.0
"""Percentile of gradients that count as edges."""
SHARPEST = 20.0
"""Percentile of the edges' widths that the lens and the focus answer for; others are soft by themselves."""
GRAIN = 2.0
"""px: standard deviation of the blur that leaves no noise."""
BLOCK = 8
"""px each way."""
FLATTEST = 15.0
"""Percentile of the blocks that show nothing but noise."""
GRADIENT = 0.75
"""px: how wide a perfectly sharp edge is in a gradient that is taken over three pixels."""
PROBE = 1.0
"""px by which the photo is blurred to see how sharp it was."""


@dataclass(frozen=True)
class Look:
    """Estimated from one photo."""

    tint: tuple[float, float, float]
    """Colour of the light, 1 on average."""
    floor: float
    """Linear luminance of the free floor."""
    key: float
    """Geometric mean of the linear luminance."""
    black: float
    """Linear luminance of the darkest: haze, flare."""
    towards: Vec3
    """Direction to the main light, in the world."""
    noise: float
    """Standard deviation, in steps of 255, of what is finer than ``GRAIN``."""
    blur: float
    """Standard deviation (px) of the sharpest edges."""
    grey: bool
    """Whether it has no colours."""

    def described(self) -> dict[str, object]:
        """As JSON."""
        rounded = {name: round(getattr(self, name), 4) for name in ("floor", "key", "black", "noise", "blur")}
        vectors = {name: [round(float(v), 4) for v in getattr(self, name)] for name in ("tint", "towards")}
        return {**rounded, **vectors, "grey": self.grey}


def estimate(rgb: npt.NDArray[np.uint8], view: View, floor: Bools) -> Look:
    """The look of a photo (height, width, 3) whose free floor is ``floor``."""
    light = linear(rgb)
    bright = luminance(light)
    spread = rgb.max(axis=2).astype(np.int16) - rgb.min(axis=2)
    return Look(
        _tint(light),
        float(np.median(bright[floor])) if floor.any() else float(np.median(bright)),
        float(np.exp(np.mean(np.log(bright + 0.002)))),
        float(np.percentile(bright, 0.5)),
        _towards(bright, view),
        _noise(rgb),
        _blur(rgb),
        bool(spread.mean() < 1.5),
    )


def around(
    rgb: npt.NDArray[np.uint8], view: View, floor: Bools, center: tuple[float, float], radius: float
) -> float | None:
    """Linear luminance of the free floor (median) within ``radius`` m of a point of it; None where too little shows."""
    distance = np.hypot(view.floor_map[..., 0] - center[0], view.floor_map[..., 1] - center[1])
    near = floor & (distance < radius)
    return float(np.median(luminance(linear(rgb[near])))) if near.sum() > 30 else None


def _tint(light: Floats) -> tuple[float, float, float]:
    usable = light.max(axis=2) < 0.95
    values = light[usable] if usable.sum() > 100 else light.reshape(-1, 3)
    norm = np.mean(values.astype(np.float64) ** SHADES, axis=0) ** (1 / SHADES)
    tint = 1 + TRUST * (norm / max(float(norm.mean()), 1e-6) - 1)
    red, green, blue = (tint / tint.mean()).tolist()
    return red, green, blue


def _towards(bright: Floats, view: View) -> Vec3:
    """Towards the lamps and windows in the photo; where none is in it, up and to the side that is brighter."""
    rays = view.rays()
    rays = rays / np.linalg.norm(rays, axis=2, keepdims=True)
    shining = (bright > BRIGHT) & (rays[..., 2] > 0.02)
    if shining.mean() > 0.001:
        mean = rays[shining].mean(axis=0)
        x, y = 0.8 * mean[:2]
    else:
        across = np.linspace(-1, 1, bright.shape[1])
        columns = np.log(bright.mean(axis=0) + 0.01)
        slope = float(np.polyfit(across, columns, 1)[0])
        x, y = -0.1, -np.clip(slope, -0.6, 0.6)  # right of the image is -y; lamps behind the camera light what it sees
    flat = math.hypot(x, y)
    elevation = min(max(math.atan2(1 - min(0.6, flat), flat), LOWEST), HIGHEST)
    c = math.cos(elevation) / max(flat, 1e-6)
    return float(x * c), float(y * c), math.sin(elevation)


def _noise(rgb: npt.NDArray[np.uint8]) -> float:
    """What is finer than ``GRAIN`` in the flattest blocks that are neither black nor white, mean of the channels."""
    values = rgb.astype(np.float32)
    fine = ((values - cv2.GaussianBlur(values, (0, 0), GRAIN)) ** 2).mean(axis=2)
    height, width = (side // BLOCK * BLOCK for side in rgb.shape[:2])
    blocks = (height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    power = fine[:height, :width].reshape(blocks).mean(axis=(1, 3))
    level = values[:height, :width].mean(axis=2).reshape(blocks).mean(axis=(1, 3))
    usable = (level > 15) & (level < 235)
    return float(np.sqrt(np.percentile(power[usable], FLATTEST))) if usable.sum() > 20 else 0.0


def _blur(rgb: npt.NDArray[np.uint8]) -> float:
    """By how much edges lose when they are blurred once more (Zhuo and Sim, 2011)."""
    grey = luminance(rgb.astype(np.float32))
    again = cv2.GaussianBlur(grey, (0, 0), PROBE)
    before, after = (np.hypot(cv2.Sobel(g, cv2.CV_32F, 1, 0), cv2.Sobel(g, cv2.CV_32F, 0, 1)) for g in (grey, again))
    strong = before > max(40.0, float(np.percentile(before, EDGES)))
    if strong.sum() < 50:
        return 1.0
    ratio = np.maximum(before[strong] / np.maximum(after[strong], 1e-3), 1.001)
    variance = PROBE**2 / (ratio**2 - 1) - GRADIENT**2
    return float(np.sqrt(np.clip(np.percentile(variance, SHARPEST), 0.09, 16.0)))
