"""Filters by what an episode's record says in one of its fields."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import EpisodeFilter, Terms
from twin.errors import one_of

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord


def by_field(field: str) -> EpisodeFilter:
    """Keeps the episodes of which ``field`` is one of the terms; a term that no episode has is refused."""

    def prepare(terms: Terms, dataset: "Dataset") -> "Callable[[EpisodeRecord], bool]":
        known = {str(getattr(record, field)) for record in dataset.records_as_written()}
        for term in terms:
            one_of(field, term, known, dataset.label)
        return lambda record: getattr(record, field) in terms

    return EpisodeFilter(f"Episodes of these: {field}.", prepare)
