"""Screens."""

import numpy as np

from twin.textures._paint import SIZE, Floats, canvas, drawn, write
from twin.textures._texture import Texture


def screen(rng: np.random.Generator) -> Floats:
    """A control screen: a title, a chart, a table and buttons."""
    image, pen = canvas("#5d7d9c")
    pen.rectangle((0, 0, SIZE, 64), fill="#dfe9f2")
    write(pen, "LINE 1", (20, 12, 200, 54), "#203040")
    heights = rng.uniform(40, 180, 12)
    for i, height in enumerate(heights):
        pen.rectangle((30 + i * 24, 290 - height, 46 + i * 24, 290), fill="#ffffff" if i % 4 else "#ffd060")
    for row in range(6):
        y = 90 + row * 34
        pen.rectangle((350, y, 350 + float(rng.uniform(60, 130)), y + 14), fill="#cfe0ee")
    for i, color in enumerate(("#69d36e", "#ffd060", "#ff7a66")):
        pen.rounded_rectangle((40 + i * 150, 360, 160 + i * 150, 440), 12, fill=color)
    return drawn(image)


TEXTURE = Texture(screen, tiles=False)
