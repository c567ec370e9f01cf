"""A scenario as a person writes it: what is drawn anew, when, and from which distributions."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

import numpy as np
from pydantic import Field

from envs.scenarios import material_names
from envs.scenarios.cases import Case, cases
from factories.randomizers import randomizers as of_layouts
from twin.errors import InputError, unknown_name
from twin.file_model import FileModel
from twin.randomizers import Drawing, materials, randomizers
from twin.yaml_files import Location

for _name in of_layouts().keys() & randomizers().keys():
    raise InputError(f"two randomizers are called '{_name}', one of layouts and one of scenes; give one another name")

if TYPE_CHECKING:
    AnyRandomizer: TypeAlias = Drawing
    AnyCase: TypeAlias = Case
else:
    AnyRandomizer = Annotated[
        Union[(*of_layouts().values(), *randomizers().values())],
        Field(discriminator="type"),
    ]
    AnyCase = Annotated[Union[tuple(cases().values())], Field(discriminator="type")]  # noqa: UP007


class Correlation(FileModel):
    """Two parameters that go together: dim light and long exposure. A Gaussian copula, which leaves each as it is."""

    between: tuple[str, str]
    """Two of RANDOMIZER.PARAMETER, such as ``lights.intensity`` and ``exposure.stops``."""
    rho: Annotated[float, Field(gt=-1, lt=1)]
    """Correlation of the normal numbers below them."""


class Scenario(FileModel):
    """What differs from episode to episode, besides what a task draws."""

    format: Literal[1] = 1
    """Version of this file format."""
    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    """What episodes are labelled with."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """A sentence for lists of scenarios."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Of what is drawn in mode ``startup``."""
    randomizers: Annotated[tuple[AnyRandomizer, ...], Field(max_length=100)] = ()
    """What is changed, in this order; layouts before all else."""
    case: AnyCase | None = None
    """Something rare or dangerous that is put in the way, after layouts and before what else changes."""
    correlations: Annotated[tuple[Correlation, ...], Field(max_length=100)] = ()
    """Which of their parameters go together."""

    def data(self) -> dict[str, Any]:
        """As JSON has it, all defaults said: ``model_validate`` gives an equal one back."""
        return self.model_dump(mode="json", exclude_none=True)

    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        return hashlib.sha256(json.dumps(self.data(), sort_keys=True).encode()).hexdigest()

    def without(self, label: str) -> "Scenario":
        """The same without one randomizer; all others draw what they drew.

        So correlations with it stay: those that went with it are what they were.
        """
        labels = [one.label for one in self.randomizers]
        if label not in labels:
            raise ValueError(unknown_name("randomizer", label, labels))
        kept = tuple(one for one in self.randomizers if one.label != label)
        return self.model_copy(update={"randomizers": kept})


def problems(scenario: Scenario) -> Iterator[tuple[Location, str]]:
    """What types cannot say: names that occur twice, correlations of what does not exist or cannot be."""
    labels: dict[str, Drawing] = {} if scenario.case is None else {scenario.case.label: scenario.case}
    for k, one in enumerate(scenario.randomizers):
        if one.label in labels:
            yield ("randomizers", k), f"two are called '{one.label}'; give one of them a name"
        labels[one.label] = one
        for message in material_names.problems(one.only) if isinstance(one, materials.RANDOMIZER) else ():
            yield ("randomizers", k, "only"), message
    known = {f"{label}.{key}": one for label, one in labels.items() for key in one.parameters}
    for k, correlation in enumerate(scenario.correlations):
        for message in _of_pair(correlation, scenario.correlations[:k], known):
            yield ("correlations", k, "between"), message
    if scenario.correlations and not _possible(scenario.correlations):
        yield ("correlations",), "these cannot hold together: no distribution has them all"


def _of_pair(correlation: Correlation, before: Sequence[Correlation], known: Mapping[str, Drawing]) -> Iterator[str]:
    """What is wrong with the two that a correlation is of."""
    pair = set(correlation.between)
    if len(pair) == 1:
        yield "two different parameters can go together, not one with itself"
    for k, other in enumerate(before):
        if set(other.between) == pair:
            yield f"correlations[{k}] is of these two already"
    unknown = [name for name in correlation.between if name not in known]
    for name in unknown:
        yield unknown_name("parameter", name, known)
    if unknown:
        return
    for name in correlation.between:
        one = known[name]
        if one.parameters[name.removeprefix(f"{one.label}.")].fixed:
            yield f"'{name}' has one value only: nothing can go together with it"
    times = [_when(known[name]) for name in correlation.between]
    if len(set(times)) > 1:
        drawn = " and ".join(f"'{n}' is drawn {when}" for n, when in zip(correlation.between, times, strict=True))
        yield f"{drawn}: what is drawn at other times cannot go together"


def _when(one: Drawing) -> str:
    return {"startup": "at startup", "episode": "once an episode"}.get(one.mode, f"every {one.every or 0:g} s")


def related(correlations: tuple[Correlation, ...]) -> tuple[list[str], "np.ndarray[Any, np.dtype[np.float64]]"]:
    """Parameters, and the correlations (n, n) of the normal numbers below them."""
    names = sorted({name for one in correlations for name in one.between})
    matrix = np.eye(len(names))
    for one in correlations:
        i, j = (names.index(name) for name in one.between)
        matrix[i, j] = matrix[j, i] = one.rho
    return names, matrix


def _possible(correlations: tuple[Correlation, ...]) -> bool:
    return bool(np.linalg.eigvalsh(related(correlations)[1]).min() > 1e-9)
