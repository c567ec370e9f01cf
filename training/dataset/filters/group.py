"""Episodes by their group."""

from training.dataset.filters._fields import by_field

FILTER = by_field("group")
