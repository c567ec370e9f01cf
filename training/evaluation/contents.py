"""What the files hold that an environment's options name: a name stays when its file is edited."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import factories
import robots
from envs import scenarios
from envs.sites import GENERATED
from twin.errors import InputError


def contents(options: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of each layout, robot, scenario and calibration in ``options``, by option and name.

    Raises ``InputError`` where one cannot be read.
    """
    return {f"{option} {name}": found for option, name, found in _found(options)}


def _found(options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    layouts = options.get("layout", ())
    for name in [layouts] if isinstance(layouts, str) else layouts:
        if name != GENERATED:
            yield "layout", name, factories.load(name).digest()
    if name := options.get("robot"):
        yield "robot", name, _sha256(robots.load(name).model.model_dump_json().encode())
    if name := options.get("scenario"):
        yield "scenario", name, scenarios.load(name).digest()
    if name := options.get("calibration"):
        yield "calibration", name, _of_file(Path(name))


def _of_file(path: Path) -> str:
    try:
        return _sha256(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
