"""Objects by their class."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from training.dataset.filters._kinds import Mask, ObjectFilter, Terms
from twin.errors import one_of

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord
    from twin.labels import LabelInput


def _prepare(terms: Terms, dataset: "Dataset") -> "Callable[[LabelInput], Mask]":
    ids = {entry.name: entry.id for entry in dataset.meta.taxonomy}
    for term in terms:
        one_of("class", term, ids, dataset.label)
    wanted = [ids[term] for term in terms]
    return lambda given: np.isin(given.table.class_id[given.objects], wanted)


def _possible(terms: Terms, record: "EpisodeRecord") -> bool:
    return any(term in record.boxes for term in terms)


FILTER = ObjectFilter("Objects of these classes, such as pallet.", _prepare, _possible)
