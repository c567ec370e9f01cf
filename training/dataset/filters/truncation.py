"""Objects by how much of them the image's edge cuts off."""

from training.dataset.filters._labels import by_label

FILTER = by_label(
    "truncation", "truncation", "Objects of which the image's edge cuts off this share, such as :0.1.", share=True
)
