"""Plastic crates."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, canvas, clouds, drawn, line, over, write
from twin.textures._symbols import bars
from twin.textures._texture import Texture


def ribs(rng: np.random.Generator) -> Floats:
    """A crate's wall: upright ribs, level bands, a grip and a paper label."""
    rib = SIZE / 8
    across = (X + rib / 2) % rib - rib / 2
    wall = 0.86 + 0.02 * clouds(rng, 50.0) - 0.22 * line(across - 5, 4) + 0.12 * line(across, 4)
    for y in (70, 440):
        wall = wall + 0.10 * line(Y - y, 7) - 0.30 * line(Y - y - 12, 5)
    grip = np.clip((1 - np.maximum(np.abs(X - 256) / 100, np.abs(Y - 130) / 34)) * 12, 0, 1)
    image, pen = canvas()
    bars(pen, rng, (170, 260, 340, 340))
    write(pen, f"{rng.integers(1000, 9999)}", (170, 215, 340, 255))
    label = (np.abs(X - 256) < 100) & (np.abs(Y - 280) < 75)
    face = over(wall, 0.10, 0.85 * grip)
    return np.where(label[..., None], 0.25 + 0.75 * drawn(image), face)


TEXTURE = Texture(ribs, tiles=False)
