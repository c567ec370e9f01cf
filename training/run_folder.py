"""What every run's folder has: its resolved configuration in ``config.json``, beside what was learned."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from training.flag_checks import make_folders
from training.folder_lock import locked
from twin.errors import InputError
from twin.yaml_files import write_atomically

CONFIG = "config.json"

Config = TypeVar("Config", bound=BaseModel)


@contextmanager
def alone(path: Path, *, new: bool) -> Iterator[None]:
    """Keep other trainings out of a run's folder, which is made where the run is ``new``.

    Raises ``InputError`` where one is at work in it, and where a new one finds something already there.
    """
    if new:
        make_new(path)
    with locked(path) if path.is_dir() else nullcontext():
        yield


def begin(path: Path, config: BaseModel) -> None:
    """Start a new folder; ``InputError`` where something is already there."""
    make_new(path)
    write_atomically(path / CONFIG, config.model_dump_json(indent=2))


def make_new(path: Path) -> None:
    """A folder with nothing in it; ``InputError`` where something is already there."""
    if path.is_dir() and any(path.iterdir()):
        raise InputError(f"{path} exists already; choose another --out, or go on with --resume")
    make_folders(out=path)


def read(path: Path, kind: type[Config], what: str) -> Config:
    """The configuration in an existing folder; ``InputError`` where it is no ``what``, such as a training run."""
    try:
        return kind.model_validate_json((path / CONFIG).read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"{path} is not a {what}: it has no {CONFIG}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = "".join(f"{part}: " for part in first["loc"])
        raise InputError(f"{path / CONFIG} is not a valid configuration: {where}{first['msg']}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path / CONFIG} is not a valid configuration: it is no text") from None
