"""Everything a user installs with the project may be used, changed and sold freely."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

PERMISSIVE = (
    r"MIT|MIT-CMU|MIT License|0BSD|BSD|BSD License|(3-Clause )?BSD License|BSD-[23]-Clause|FreeBSD|Apache[- ]2\.0|"
    r"Apache-2\.0 WITH LLVM-exception|Apache Software License|BSL-1\.0|CC0-1\.0|PSF-2\.0|"
    r"Python Software Foundation License|Zlib|zlib|zlib/libpng License"
)
# Some packages put the whole text of the licence where its name belongs.
TEXTS = re.compile(r"Copyright.*Redistribution and use in source and binary forms.*AS IS.*", re.DOTALL)
# Parts of torch's build for graphics cards, which comes where no CPU build is offered; nothing here uses them.
OF_TORCH = ("nvidia-", "cuda-")


def required(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """``name`` and all that it needs at run time, by normal name."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in found or key.startswith(OF_TORCH):
        return found
    try:
        found[key] = distribution(name)
    except PackageNotFoundError:  # another platform's, whatever its marker says
        return found
    for requirement in map(Requirement, found[key].requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            required(requirement.name, found)
    return found


def licences(package: Distribution) -> Iterator[str]:
    """What a package says: the SPDX expression, or else its classifiers, or else the short licence field."""
    expression = package.metadata["License-Expression"]
    classifiers = [c.rpartition(" :: ")[2] for c in package.metadata.get_all("Classifier", []) if "License ::" in c]
    classifiers = [name for name in classifiers if name != "OSI Approved"]
    if expression:
        yield from re.split(r" (?:AND|OR) ", expression.replace("(", "").replace(")", ""))
    else:
        yield from classifiers or [TEXTS.sub("BSD License", package.metadata["License"] or "none stated")]


PACKAGES = required("factory-twin", {})


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_a_dependency_is_permissive(name: str) -> None:
    stated = list(licences(PACKAGES[name]))
    assert stated
    for licence in stated:
        assert re.fullmatch(PERMISSIVE, licence), f"{name} is under '{licence}'"


def test_the_walk_reaches_what_dependencies_depend_on() -> None:
    assert {"numpy", "torch", "mujoco-core", "llvmlite"} <= PACKAGES.keys()
