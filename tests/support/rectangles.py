"""A dataset of coloured rectangles: small, exact, and easy to learn."""

from pathlib import Path

import numpy as np

from training.dataset import ArraySpec, CameraModel, DatasetMeta, DatasetWriter, EpisodeRecord
from training.dataset.schema import INSTANCE, RGB, SEMANTIC
from twin.taxonomy import class_id

WIDTH, HEIGHT = 64, 48
COLORS = {"pallet": (220, 60, 30), "person": (30, 200, 60), "forklift": (40, 60, 230)}
CLASSES = tuple(COLORS)
CAMERA = CameraModel(name="front", key="front", width=WIDTH, height=HEIGHT, near=0.1, far=50.0)


def drawn(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One image: a rectangle of each class on grey, those later before those earlier."""
    rgb = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    instance, semantic = np.zeros((2, HEIGHT, WIDTH), np.uint16)
    for number, (name, color) in enumerate(COLORS.items(), start=1):
        width, height = rng.integers(12, 28, 2)
        left, top = rng.integers(0, (WIDTH - width, HEIGHT - height))
        part = np.s_[top : top + height, left : left + width]
        rgb[part], instance[part], semantic[part] = color, number, class_id(name)
    return {CAMERA.array(RGB): rgb, CAMERA.array(INSTANCE): instance, CAMERA.array(SEMANTIC): semantic}


def write(path: Path, episodes: int = 3, frames: int = 4, seed: int = 0, without: tuple[str, ...] = ()) -> Path:
    """Episode k belongs to the group of its number, so that splits differ. ``without``: arrays that are left out."""
    size = (HEIGHT, WIDTH)
    arrays = [
        ArraySpec(name=CAMERA.array(RGB), dtype="uint8", shape=(*size, 3)),
        ArraySpec(name=CAMERA.array(INSTANCE), dtype="uint16", shape=size),
        ArraySpec(name=CAMERA.array(SEMANTIC), dtype="uint16", shape=size),
    ]
    arrays = [spec for spec in arrays if spec.name not in map(CAMERA.array, without)]
    splits = {"train": 0.5, "val": 0.5}
    meta = DatasetMeta(name="rectangles", cameras=(CAMERA,), arrays=tuple(arrays), splits=splits)
    rng = np.random.default_rng(seed)
    with DatasetWriter.create(path, meta) as writer:
        for k in range(episodes):
            with writer.episode(EpisodeRecord(episode=k, group=f"group {k}")) as episode:
                for _ in range(frames):
                    values = drawn(rng)
                    episode.append({spec.name: values[spec.name] for spec in arrays})
    return path
