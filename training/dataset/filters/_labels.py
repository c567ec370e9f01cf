"""Filters of objects by the value of one of their labels."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import Mask, ObjectFilter, Terms
from training.dataset.filters._ranges import Ranges

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from twin.labels import LabelInput


def by_label(name: str, label: str, about: str, *, share: bool = False, draws: bool = False) -> ObjectFilter:
    """Objects of which ``label`` of ``twin.labels``, a number of each visible object, lies in a range."""

    def prepare(terms: Terms, _: "Dataset") -> "Callable[[LabelInput], Mask]":
        from twin.labels import LABELS

        ranges = Ranges.parse(name, terms, share=share)
        return lambda given: ranges.mask(LABELS[label](given))

    return ObjectFilter(about, prepare, draws=draws)
