"""What the painters of textures share: noise that tiles, mixing, and a canvas for drawing."""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIZE = 512
"""Pixels each way of every texture."""

Floats: TypeAlias = npt.NDArray[np.float64]
"""Grey (512, 512) or sRGB (512, 512, 3), 0 to 1, the top row first."""
Rgb: TypeAlias = tuple[float, float, float]

X, Y = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)
"""Pixel centres, in pixels from the top left corner."""


def noise(rng: np.random.Generator, wide: float, high: float) -> Floats:
    """Blurred white noise that tiles, of mean 0 and deviation 1; grains of about ``wide`` x ``high`` pixels."""
    return _filtered(rng, _blur(wide, high))


def clouds(rng: np.random.Generator, largest: float = 60.0, octaves: int = 4) -> Floats:
    """Noise of many sizes, of mean 0 and deviation 1."""
    sizes = [largest / 2**i for i in range(octaves)]
    return _filtered(rng, np.sum([_blur(size, size) * size / 1.6**i for i, size in enumerate(sizes)], axis=0))


def fine_grain() -> Floats:
    """Grey (512, 512) in 0..1 of mean 0.5 that tiles: sand and pores, for what is looked at from very near."""
    rng = np.random.default_rng(7)
    grains = 0.7 * noise(rng, 1.2, 1.2) + 0.6 * clouds(rng, 24.0, 4)
    grains -= 1.2 * np.clip(noise(rng, 2.5, 2.5) - 2.2, 0, 1)
    grey = np.clip(0.5 + 0.2 * grains, 0, 1)
    return np.asarray(np.clip(grey + 0.5 - grey.mean(), 0, 1))


def _blur(wide: float, high: float) -> Floats:
    """Gaussian blur of so many pixels, as a filter of half a spectrum."""
    across, down = np.fft.rfftfreq(SIZE), np.fft.fftfreq(SIZE)
    return np.asarray(
        np.exp(-2 * (np.pi * high * down) ** 2)[:, None] * np.exp(-2 * (np.pi * wide * across) ** 2)[None, :]
    )


def _filtered(rng: np.random.Generator, passed: Floats) -> Floats:
    real, imaginary = rng.standard_normal((2, *passed.shape), dtype=np.float32)
    spectrum = (real + 1j * imaginary) * passed
    spectrum[0, 0] = 0
    grains = np.fft.irfft2(spectrum, (SIZE, SIZE))
    return np.asarray(grains / grains.std())


def rgb(image: Floats) -> Floats:
    """Grey or colour as colour."""
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image


def over(below: Floats, color: Rgb | float, opacity: Floats | npt.NDArray[np.bool_]) -> Floats:
    """``color`` painted over an image where ``opacity`` (512, 512) says so."""
    below = rgb(below)
    alpha = np.clip(np.asarray(opacity, dtype=np.float64), 0, 1)[..., None]
    return below * (1 - alpha) + np.asarray(color) * alpha


def line(distance: Floats, half_width: float, softness: float = 1.0) -> Floats:
    """Opacity of a line whose middle is where ``distance`` (px) is 0."""
    return np.clip((half_width - np.abs(distance)) / softness + 0.5, 0, 1)


def wear(rng: np.random.Generator, share: float, grain: float = 6.0) -> Floats:
    """Opacity of scuffs that cover about ``share`` of the surface, in flocks."""
    field = 0.8 * clouds(rng, 70.0) + 0.6 * noise(rng, grain, grain / 3)
    return np.clip((field - np.quantile(field, 1 - share)) * 2.0, 0, 1)


def canvas(background: str = "white") -> "tuple[Image, ImageDraw]":
    """An empty picture and the pen that draws on it; coordinates in pixels."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (SIZE, SIZE), background)
    return image, ImageDraw.Draw(image)


def drawn(image: "Image") -> Floats:
    """A canvas as numbers."""
    return np.asarray(image, dtype=np.float64) / 255


def write(pen: "ImageDraw", text: str, box: tuple[float, float, float, float], color: str = "black") -> None:
    """Bold text, as large as fits into a box (left, top, right, bottom)."""
    from PIL import ImageFont

    left, top, right, bottom = box
    size = float(bottom - top)
    while True:
        font = ImageFont.load_default(size)
        stroke = size / 28
        x0, y0, x1, y1 = pen.textbbox((0, 0), text, font=font, stroke_width=stroke)
        if (x1 - x0 <= right - left and y1 - y0 <= bottom - top) or size < 6:
            break
        size *= 0.92
    at = ((left + right - x0 - x1) / 2, (top + bottom - y0 - y1) / 2)
    pen.text(at, text, fill=color, font=font, stroke_width=stroke, stroke_fill=color)
