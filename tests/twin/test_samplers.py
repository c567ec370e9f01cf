"""Samplers: quantile functions, from data."""

from statistics import NormalDist
from typing import Annotated, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from twin.samplers import AnySampler, Dice, Sampler, counting, within

READ: TypeAdapter[Sampler] = TypeAdapter(AnySampler)
SHARES = st.floats(0, 1)
NUMBERS: list[Any] = [
    {"uniform": [-1, 3]},
    {"log_uniform": [0.1, 10]},
    {"normal": {"mean": 2, "std": 0.5}},
    {"normal": {"mean": 0, "std": 1, "low": 0.5, "high": 0.7}},
    {"choice": [1, 2, 4]},
    3,
]


def read(data: Any) -> Sampler:
    return READ.validate_python(data)


@pytest.mark.parametrize("data", NUMBERS, ids=str)
@given(a=SHARES, b=SHARES)
def test_quantiles_grow_and_stay_within_their_bounds(data: Any, a: float, b: float) -> None:
    sampler = read(data)
    low, high = sampler.bounds
    x, y = float(sampler.at(min(a, b))), float(sampler.at(max(a, b)))
    assert low <= x <= y <= high


def test_they_have_the_distribution_that_they_say() -> None:
    u = (np.arange(2000) + 0.5) / 2000

    def mean(data: Any) -> float:
        return float(np.mean([float(read(data).at(x)) for x in u]))

    assert mean({"uniform": [-1, 3]}) == pytest.approx(1)
    assert mean({"log_uniform": [0.1, 10]}) == pytest.approx((10 - 0.1) / np.log(100), rel=1e-3)
    assert mean({"normal": {"mean": 2, "std": 0.5}}) == pytest.approx(2)
    # Of a standard normal above 0.5: pdf(0.5) / (1 - cdf(0.5)).
    tail = NormalDist().pdf(0.5) / (1 - NormalDist().cdf(0.5))
    assert mean({"normal": {"low": 0.5}}) == pytest.approx(tail, rel=1e-3)
    assert mean({"choice": {"2": 1, "4": 3}}) == 3.5
    picks = [read({"choice": {"a": 3, "b": 1}}).at(x) for x in u]
    assert picks.count("a") == 1500
    assert read(2.5).at(0.3) == 2.5
    assert read("oak").at(0.9) == "oak"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"uniform": [2, 1]}, "the first number should not be above the second"),
        ({"log_uniform": [0, 1]}, "both numbers should be above 0"),
        ({"choice": []}, "choice: has no mass"),
        ({"choice": {"a": 0}}, "choice: has no mass"),
        ({"normal": {"std": 1, "low": 2, "high": 1}}, "has no mass between low 2.0 and high 1.0"),
        ({"normal": {"std": 0}}, "greater than 0"),
        ({}, "should be a value or one of uniform, log_uniform, normal, choice, not nothing"),
        ({"uniform": [0, 1], "choice": [1]}, "not uniform and choice"),
    ],
)
def test_what_has_no_mass_is_refused(data: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(data)
    assert message in str(caught.value)


def test_a_field_says_what_its_sampler_may_give() -> None:
    share: TypeAdapter[Sampler] = TypeAdapter(Annotated[AnySampler, within(0, 1)])
    assert share.validate_python({"uniform": [0, 1]}).at(0.25) == 0.25
    with pytest.raises(ValidationError, match=r"gives values from 0 to 2; allowed are 0 to 1"):
        share.validate_python({"uniform": [0, 2]})
    with pytest.raises(ValidationError, match=r"should give numbers, not 'oak'"):
        share.validate_python("oak")


def test_what_is_counted_is_whole() -> None:
    lamps: TypeAdapter[Sampler] = TypeAdapter(Annotated[AnySampler, counting(0, 4)])
    dice = Dice(np.random.default_rng(0).random)
    assert {dice.count("lamps", lamps.validate_python({"uniform": [0, 4]})) for _ in range(99)} == {0, 1, 2, 3, 4}
    assert dice.count("lamps", lamps.validate_python({"choice": {"3": 1}})) == 3
    for wrong, message in (
        (1.5, "so 1.5 should be a whole number"),
        (5, "allowed are 0 to 4"),
        ("oak", "give numbers"),
    ):
        with pytest.raises(ValidationError, match=message):
            lamps.validate_python(wrong)


def test_decided_draws_change_no_other() -> None:
    sampler = read({"uniform": [0, 1]})

    def two(decided: dict[str, float]) -> list[float]:
        dice = Dice(np.random.default_rng(0).random, decided)
        return [dice.number(name, sampler) for name in ("a", "b")]

    assert two({"a": 0.125})[0] == 0.125
    assert two({"a": 0.125})[1] == two({})[1]
