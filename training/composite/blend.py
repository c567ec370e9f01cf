"""One picture of a photo and what was drawn: light, edges, sharpness and noise are the photo's."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.composite.look import GRAIN, Look
from twin.colour import encoded, linear, luminance

Floats = npt.NDArray[np.float32]
Rgb = npt.NDArray[np.uint8]

FLOOR_SHARE = 0.6
"""Of the exposure: what the floor says; the rest is what the whole photo says."""
USUAL_KEY = 0.13
"""Geometric mean of the linear luminance of a well exposed picture of a hall."""
GAINS = (0.2, 3.0)
"""Least and most by which what was drawn is made brighter."""
OWN_BLUR = 0.4
"""px: standard deviation of a pixel that is the mean of the area it covers."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn, at the size of the photo, each pixel the mean of the finer ones in it."""

    light: Floats
    """(height, width, 3) linear, times ``cover``."""
    cover: Floats
    """(height, width): share of each pixel that it covers."""
    floor: float
    """Linear luminance that the renderer gave to a floor of ordinary concrete."""


def reduced(rgb: Rgb, covered: npt.NDArray[np.bool_], factor: int, floor: float) -> Drawn:
    """From a picture ``factor`` times as large each way."""
    height, width = rgb.shape[0] // factor, rgb.shape[1] // factor
    light = linear(rgb) * covered[..., None]
    mean = light.reshape(height, factor, width, factor, 3).mean(axis=(1, 3), dtype=np.float32)
    cover = covered.reshape(height, factor, width, factor).mean(axis=(1, 3), dtype=np.float32)
    return Drawn(mean, cover, floor)


def blended(photo: Rgb, drawn: Drawn, shadow: Floats, before: Floats, look: Look, rng: np.random.Generator) -> Rgb:
    """The composite (height, width, 3). ``shadow``: share of its light that each pixel of the floor keeps.
    ``before``: share of each pixel that stands before the objects.

    Pixels that neither object nor shadow reach are those of the photo, bit for bit.
    """
    sigma = np.sqrt(max(0.0, look.blur**2 - OWN_BLUR**2))
    light, cover = _soft(_lit(drawn, look), sigma), _soft(drawn.cover, sigma)
    shadow = _soft(shadow, max(0.5, sigma))
    free = 1 - before
    cover = cover * free
    darkened = 1 - (1 - shadow) * free
    behind = linear(photo) * darkened[..., None]
    values = encoded(behind * (1 - cover[..., None]) + light * free[..., None])
    values += _grain(values.shape, look, rng) * cover[..., None]
    touched = (cover > 1 / 512) | (darkened < 1 - 1 / 512)
    result = photo.copy()
    result[touched] = np.clip(np.rint(values), 0, 255).astype(np.uint8)[touched]
    return result


def _lit(drawn: Drawn, look: Look) -> Floats:
    """As bright, as tinted and as hazy as the photo."""
    gain = (look.floor / drawn.floor) ** FLOOR_SHARE * (look.key / USUAL_KEY) ** (1 - FLOOR_SHARE)
    gain = float(np.clip(gain, *GAINS))
    light = drawn.light
    if look.grey:
        light = np.repeat((luminance(light))[..., None], 3, axis=2)
    tint = np.asarray(look.tint, np.float32)
    lit: Floats = (1 - look.black) * gain * light * tint + look.black * drawn.cover[..., None] * tint
    return lit


def _soft(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32) if sigma > 0.1 else values


def _grain(shape: tuple[int, ...], look: Look, rng: np.random.Generator) -> Floats:
    """Noise (height, width, 3) as strong and, since photos were compressed, as coarse as theirs."""
    noise = np.asarray(cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), 0.6), np.float32)
    noise /= max(float((noise - cv2.GaussianBlur(noise, (0, 0), GRAIN)).std()), 1e-6)
    if look.grey:
        noise = np.repeat(noise[..., :1], 3, axis=2)
    return np.asarray(noise * np.float32(look.noise), np.float32)
