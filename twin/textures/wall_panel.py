"""Wall cladding."""

import numpy as np

from twin.textures._paint import SIZE, Floats, X, Y, clouds, line, noise
from twin.textures._texture import Texture


def wall_panel(rng: np.random.Generator) -> Floats:
    """Sandwich panels: upright boards with a groove between two of them, fine ribs, dirt that ran down."""
    board = SIZE / 4
    across = (X + board / 2) % board - board / 2
    grey = 0.93 + 0.012 * np.sign(np.sin(2 * np.pi * X / (board / 8))) + 0.012 * clouds(rng)
    grey -= 0.25 * line(across, 2.0) - 0.06 * line(across - 4, 1.2)
    grey -= 0.035 * np.clip(noise(rng, 2.0, 90.0) - 0.8, 0, 2)
    return np.asarray(grey - 0.12 * line(Y - 3, 1.5))


TEXTURE = Texture(wall_panel)
