"""Episodes by their number."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import EpisodeFilter, Terms
from training.dataset.filters._ranges import Ranges

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord


def _prepare(terms: Terms, _: "Dataset") -> "Callable[[EpisodeRecord], bool]":
    ranges = Ranges.parse("episode", terms)
    return lambda record: record.episode in ranges


FILTER = EpisodeFilter("Episodes by number, such as 0:9 17.", _prepare)
