"""Distributions as data: what a file says instead of a number when the number shall differ from draw to draw.

Each one is its quantile function, so that one uniform number gives one value. That makes samplers deterministic,
lets several of them be correlated (a Gaussian copula), and lets whoever wants it stratify.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import Annotated, Any, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from twin.errors import InputError, unknown_name
from twin.file_model import FileModel

Value: TypeAlias = bool | float | str
"""What a sampler gives."""
KINDS = ("uniform", "log_uniform", "normal", "choice")

_Pair: TypeAlias = tuple[float, float]


class Normal(FileModel):
    """A normal distribution, cut off at ``low`` and ``high`` where these are given."""

    mean: float = 0.0
    std: Annotated[float, Field(gt=0)] = 1.0
    """Standard deviation before it is cut off."""
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _check_mass(self) -> Self:
        below, above = self._tails
        if not below < above:
            raise ValueError(f"a normal distribution has no mass between low {self.low} and high {self.high}")
        return self

    @property
    def _tails(self) -> _Pair:
        """Mass below ``low``, and below ``high``."""
        curve = NormalDist(self.mean, self.std)
        return (
            0.0 if self.low is None else curve.cdf(self.low),
            1.0 if self.high is None else curve.cdf(self.high),
        )

    def at(self, u: float) -> float:
        """The quantile."""
        below, above = self._tails
        inside = min(max(below + u * (above - below), 1e-12), 1 - 1e-12)
        return min(max(NormalDist(self.mean, self.std).inv_cdf(inside), self.bounds[0]), self.bounds[1])

    @property
    def bounds(self) -> _Pair:
        """Least and most that can come out."""
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )


class Sampler(FileModel):
    """One distribution. In files: a value, or ``{uniform: [a, b]}``, ``{log_uniform: [a, b]}``, ``{normal: {mean: m,
    std: s, low: a, high: b}}``, ``{choice: [x, y]}``, or ``{choice: {x: 3, y: 1}}`` with weights.
    """

    uniform: _Pair | None = None
    """Evenly between two numbers."""
    log_uniform: _Pair | None = None
    """Evenly in the logarithm, between two numbers above 0."""
    normal: Normal | None = None
    choice: tuple[Value, ...] | dict[str, float] | None = None
    """One of several values, equally likely; or names with their weights."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"should be a value or one of {', '.join(KINDS)}, not {' and '.join(given) or 'nothing'}")
        for kind in ("uniform", "log_uniform"):
            pair = getattr(self, kind)
            if pair is not None and pair[0] > pair[1]:
                raise ValueError(f"{kind}: the first number should not be above the second, as in {list(pair)}")
        if self.log_uniform is not None and self.log_uniform[0] <= 0:
            raise ValueError(f"log_uniform: both numbers should be above 0, not {list(self.log_uniform)}")
        if self.choice is not None:
            weights = list(self._weights)
            if not all(math.isfinite(value) for value in self.values if isinstance(value, float)):
                raise ValueError("choice: should have finite numbers only")
            if not weights or any(weight < 0 for weight in weights) or not sum(weights) > 0:
                raise ValueError("choice: has no mass; name at least one value, with a weight above 0")
        return self

    @property
    def _weights(self) -> Sequence[float]:
        if isinstance(self.choice, dict):
            return list(self.choice.values())
        return [1.0] * len(self.choice or ())

    @property
    def values(self) -> tuple[Value, ...]:
        """What a choice chooses from; weighted names that are numbers are numbers."""
        if isinstance(self.choice, dict):
            return tuple(map(_number, self.choice))
        return self.choice or ()

    def at(self, u: float) -> Value:
        """The value of which a share ``u`` (0 to 1) of all draws lies below."""
        if self.uniform is not None:
            low, high = self.uniform
            return low + u * (high - low)
        if self.log_uniform is not None:
            low, high = self.log_uniform
            return min(max(low * (high / low) ** u, low), high)
        if self.normal is not None:
            return self.normal.at(u)
        sums = list(accumulate(self._weights))
        return self.values[min(bisect_right(sums, u * sums[-1]), len(sums) - 1)]

    @property
    def fixed(self) -> bool:
        """Whether one value is all that can come out."""
        if self.choice is not None:
            return len({v for v, weight in zip(self.values, self._weights, strict=True) if weight > 0}) == 1
        return self.at(0.001) == self.at(0.999)  # at() never falls

    @property
    def bounds(self) -> _Pair:
        """Least and most number that can come out; raises ``InputError`` where it gives names."""
        if self.choice is not None:
            numbers = [float(v) for v in self.values if not isinstance(v, str)]
            if len(numbers) < len(self.values):
                raise InputError(f"should give numbers, not {', '.join(map(repr, self.values))}")
            return min(numbers), max(numbers)
        if self.normal is not None:
            return self.normal.bounds
        return self.uniform or self.log_uniform or (0.0, 0.0)


def _number(name: str) -> Value:
    try:
        return float(name)
    except ValueError:
        return name


def _strict(item: Any) -> Any:
    if isinstance(item, dict):
        return {str(key): value for key, value in item.items()}
    return tuple(item) if isinstance(item, list) else item


def _read(value: Any) -> Any:
    """A plain value is the choice of that value alone. Lists become tuples, which strict readers of files insist on."""
    if isinstance(value, bool | int | float | str):
        return {"choice": (value,)}
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    return value


AnySampler: TypeAlias = Annotated[Sampler, BeforeValidator(_read)]
"""For fields of models: a sampler, or a value."""


def constant(value: Value) -> Sampler:
    """Always that value."""
    return Sampler(choice=(value,))


def within(low: float = -math.inf, high: float = math.inf) -> AfterValidator:
    """Marks a field whose sampler gives numbers from ``low`` to ``high`` alone, in ``Annotated[AnySampler, ...]``."""
    return AfterValidator(lambda sampler: _bounded(sampler, low, high))


def counting(low: float = 0, high: float = math.inf) -> AfterValidator:
    """Marks a field whose sampler gives a number of things, rounded to a whole one where it draws from a range."""

    def check(sampler: Sampler) -> Sampler:
        for value in _bounded(sampler, low, high).values:
            if not float(value).is_integer():
                raise ValueError(f"counts things, so {value} should be a whole number")
        return sampler

    return AfterValidator(check)


def _bounded(sampler: Sampler, low: float, high: float) -> Sampler:
    try:
        least, most = sampler.bounds
    except InputError as error:
        raise ValueError(str(error)) from None
    if least < low or most > high:
        raise ValueError(f"gives values from {least:g} to {most:g}; allowed are {low:g} to {high:g}")
    return sampler


def words(*allowed: str) -> AfterValidator:
    """Marks a field whose sampler gives these words alone, in ``Annotated[AnySampler, ...]``."""

    def check(sampler: Sampler) -> Sampler:
        for value in sampler.values or ("a number",):
            if value not in allowed:
                raise ValueError(unknown_name("word", str(value), allowed))
        return sampler

    return AfterValidator(check)


class Dice:
    """Uniform numbers for samplers: from a generator, save those that were decided before."""

    def __init__(self, uniform: Callable[[], float], decided: Mapping[str, float] | None = None) -> None:
        """``uniform`` gives numbers from 0 to 1; ``decided`` are those of parameters that go with others."""
        self._uniform, self._decided = uniform, dict(decided or {})

    def draw(self, parameter: str, sampler: Sampler) -> Value:
        """A value for a parameter."""
        fresh = self._uniform()  # taken in any case: what is correlated changes no other draw
        return sampler.at(self._decided.get(parameter, fresh))

    def number(self, parameter: str, sampler: Sampler) -> float:
        """A number for a parameter."""
        return float(self.draw(parameter, sampler))

    def count(self, parameter: str, sampler: Sampler) -> int:
        """A whole number for a parameter."""
        return round(self.number(parameter, sampler))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number that no sampler describes."""
        return low + self._uniform() * (high - low)

    def whole(self, count: int) -> int:
        """0 to ``count`` - 1."""
        return min(int(self._uniform() * count), count - 1)
