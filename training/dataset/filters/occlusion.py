"""Objects by how much of them other things hide."""

from training.dataset.filters._labels import by_label

FILTER = by_label(
    "occlusion", "occlusion", "Objects of which other things hide this share, such as :0.3.", share=True, draws=True
)
