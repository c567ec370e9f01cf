"""Episodes by their scenario."""

from training.dataset.filters._fields import by_field

FILTER = by_field("scenario")
