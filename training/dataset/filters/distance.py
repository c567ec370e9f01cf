"""Objects by their distance from the camera."""

from training.dataset.filters._labels import by_label

FILTER = by_label("distance", "distance", "Objects so many metres from the camera, such as :5.")
