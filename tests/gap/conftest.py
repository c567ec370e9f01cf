"""Folders of small pictures with known properties, and one small dataset."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from short_drives import record

Rgb = npt.NDArray[np.uint8]
Draw = Callable[[np.random.Generator], Rgb]


def scene(rng: np.random.Generator, size: tuple[int, int] = (48, 64)) -> Rgb:
    """A wall, a floor and a few boxes: no two alike, all of one kind."""
    height, width = size
    picture = np.full((height, width, 3), rng.uniform(150, 190, 3))
    picture[int(height * rng.uniform(0.5, 0.7)) :] = rng.uniform(90, 120)
    for _ in range(rng.integers(3, 7)):
        x, y = rng.integers(0, width - 10), rng.integers(height // 3, height - 10)
        picture[y : y + rng.integers(6, 20), x : x + rng.integers(6, 20)] = rng.uniform(30, 220, 3)
    return np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def folder_of(path: Path, count: int, seed: int, change: Callable[[Rgb], Rgb] = lambda rgb: rgb) -> Path:
    """So many pictures, changed alike."""
    path.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for k in range(count):
        Image.fromarray(change(scene(rng))).save(path / f"{k}.png")
    return path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("gap") / "recorded.zarr", range(5, 9), 8, name="recorded")
