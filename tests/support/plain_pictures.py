"""Small pictures of one kind, no two alike, in a folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Rgb = npt.NDArray[np.uint8]


def scene(rng: np.random.Generator, size: tuple[int, int] = (48, 64)) -> Rgb:
    """A wall, a floor and a few boxes."""
    height, width = size
    picture = np.full((height, width, 3), rng.uniform(150, 190, 3))
    picture[int(height * rng.uniform(0.5, 0.7)) :] = rng.uniform(90, 120)
    for _ in range(rng.integers(3, 7)):
        x, y = rng.integers(0, width - 10), rng.integers(height // 3, height - 10)
        picture[y : y + rng.integers(6, 20), x : x + rng.integers(6, 20)] = rng.uniform(30, 220, 3)
    return np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def folder_of(path: Path, count: int, seed: int, change: Callable[[Rgb], Rgb] = lambda rgb: rgb) -> Path:
    """So many pictures, all changed alike."""
    path.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for k in range(count):
        Image.fromarray(change(scene(rng))).save(path / f"{k}.png")
    return path


def dusk(rgb: Rgb) -> Rgb:
    """Darker and bluer."""
    return (rgb * np.array([0.45, 0.5, 0.7])).astype(np.uint8)
