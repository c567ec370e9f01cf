"""Objects by the pixels that they cover."""

from training.dataset.filters._labels import by_label

FILTER = by_label("pixels", "visible_pixels", "Objects that cover so many pixels, such as 100:.")
