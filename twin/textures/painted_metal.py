"""Painted sheet metal in use."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, noise, over, wear
from twin.textures._texture import Texture


def painted_metal(rng: np.random.Generator) -> Floats:
    """Paint with scratches, chips down to primer and dust that settled low."""
    paint = 0.95 + 0.015 * clouds(rng, 90.0) + 0.01 * noise(rng, 2.0, 2.0)
    for _ in range(12):
        x, y, length, lean = rng.uniform(0, SIZE), rng.uniform(0, SIZE), rng.uniform(15, 90), rng.normal(0, 0.3)
        along = (X - x + SIZE / 2) % SIZE - SIZE / 2
        across = (Y - y + SIZE / 2) % SIZE - SIZE / 2 - lean * along
        paint -= 0.16 * ((np.abs(across) < 0.8) & (np.abs(along) < length / 2))
    return over(paint, (0.42, 0.40, 0.38), 0.5 * wear(rng, 0.012))


TEXTURE = Texture(painted_metal)
