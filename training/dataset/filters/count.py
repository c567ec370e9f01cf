"""Images by how many objects they show."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.dataset.filters._kinds import ImageFilter, Terms
from training.dataset.filters._ranges import Ranges

if TYPE_CHECKING:
    from training.dataset.reader import Dataset


def _prepare(terms: Terms, _: "Dataset") -> Callable[[int], bool]:
    ranges = Ranges.parse("count", terms)
    return lambda count: count in ranges


FILTER = ImageFilter("Images with so many of the objects chosen, such as 2:; one at least unless said.", _prepare)
