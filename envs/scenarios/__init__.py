"""Scenarios: what is randomized, how, and when, as data.

Each is a YAML file in ``shipped``, found by its name; a file of one's own is taken too. ``docs/scenarios.md`` lists
what they may say.
"""

from functools import lru_cache
from pathlib import Path

from envs.scenarios.model import Correlation, Scenario, problems
from envs.scenarios.production import Draw, Production
from twin.shipped import Shipped
from twin.yaml_files import load_yaml_model

__all__ = ["Correlation", "Draw", "Production", "Scenario", "load", "names"]

SHIPPED = Shipped("scenario", Path(__file__).parent / "shipped")


def names() -> list[str]:
    """Of the shipped ones."""
    return SHIPPED.names()


def load(name_or_path: str | Path) -> Scenario:
    """A shipped scenario by its name, or one from a YAML file. Raises ``UnknownNameError``, ``FileError``."""
    path = SHIPPED.find(name_or_path)
    now = path.stat()
    return _read(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=32)  # a collection with quotas names one in each episode
def _read(path: Path, changed: int, size: int) -> Scenario:  # noqa: ARG001 - a file that was edited is read again
    return load_yaml_model(path, Scenario, check=problems)
