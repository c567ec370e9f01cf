"""Episodes by their agent."""

from training.dataset.filters._fields import by_field

FILTER = by_field("agent")
