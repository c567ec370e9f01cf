"""Scenarios: what is randomized, how, and when, as data.

Each is a YAML file in ``shipped``, found by its name; a file of one's own is taken too. ``docs/scenarios.md`` lists
what they may say.
"""

from functools import lru_cache
from pathlib import Path

from envs.scenarios.model import Correlation, Scenario, problems
from envs.scenarios.production import Draw, Production
from twin.errors import InputError, UnknownNameError
from twin.yaml_files import load_yaml_model

__all__ = ["Correlation", "Draw", "Production", "Scenario", "load", "names"]

SHIPPED = Path(__file__).parent / "shipped"


def names() -> list[str]:
    """Of the shipped ones."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load(name_or_path: str | Path) -> Scenario:
    """A shipped scenario by its name, or one from a YAML file. Raises ``UnknownNameError``, ``FileError``."""
    text = str(name_or_path)
    path = Path(text)
    if text in names():
        path = SHIPPED / f"{text}.yaml"
    elif path.suffix not in {".yaml", ".yml"}:
        raise UnknownNameError("scenario", text, names())
    elif not path.exists():
        raise InputError(f"{path}: there is no such scenario file")
    now = path.stat()
    return _read(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=32)  # a collection with quotas names one in each episode
def _read(path: Path, changed: int, size: int) -> Scenario:  # noqa: ARG001 - a file that was edited is read again
    return load_yaml_model(path, Scenario, check=problems)
