"""Episodes by how they ended."""

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from training.dataset.filters._kinds import EpisodeFilter, Terms
from twin.errors import InputError, one_of

if TYPE_CHECKING:
    from training.dataset.reader import Dataset
    from training.dataset.schema import EpisodeRecord

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
TERM = re.compile(r"(\w+)(?:(>=|<=|!=|=|>|<)(.+))?")


def _prepare(terms: Terms, dataset: "Dataset") -> "Callable[[EpisodeRecord], bool]":
    known = {key for record in dataset.records_as_written() for key in record.outcome}
    tests = [_test(term, known, dataset.label) for term in terms]
    return lambda record: all(test(record) for test in tests)


def _test(term: str, known: set[str], where: str) -> "Callable[[EpisodeRecord], bool]":
    found = TERM.fullmatch(term)
    if not found:
        raise InputError(f"outcome '{term}': should be NAME or NAME>=VALUE, such as is_success or spl>=0.8")
    name, sign, text = found.groups()
    one_of("outcome", name, known, where)
    compare, wanted = OPERATORS[sign or "="], _value(text or "true")
    if isinstance(wanted, str) and sign not in ("=", "!="):
        raise InputError(f"outcome '{term}': '{text}' is no number, so it can be compared by = and != only")

    def test(record: "EpisodeRecord") -> bool:
        value = record.outcome.get(name)
        return value is not None and isinstance(value, str) == isinstance(wanted, str) and compare(value, wanted)

    return test


def _value(text: str) -> bool | float | str:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


FILTER = EpisodeFilter("Episodes that ended so, such as is_success spl>=0.8; all terms must hold.", _prepare)
