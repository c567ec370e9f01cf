"""Episodes by their layout."""

from training.dataset.filters._fields import by_field

FILTER = by_field("layout")
