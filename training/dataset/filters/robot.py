"""Episodes by their robot."""

from training.dataset.filters._fields import by_field

FILTER = by_field("robot")
