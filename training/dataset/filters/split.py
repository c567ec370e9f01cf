"""Episodes by their split."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import EpisodeFilter, Terms
from twin.errors import one_of

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord


def _prepare(terms: Terms, dataset: "Dataset") -> "Callable[[EpisodeRecord], bool]":
    for term in terms:
        one_of("split", term, dataset.meta.splits, dataset.label)
    return lambda record: record.split in terms


FILTER = EpisodeFilter("Episodes of these splits, such as train.", _prepare)
