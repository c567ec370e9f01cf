"""What of a demo is done: ``demo.json`` in its folder, which also marks the folder as ours to replace."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, ValidationError

from training.demo.steps import Step
from training.flag_checks import make_folders
from twin.errors import InputError
from twin.yaml_files import write_atomically

FILE = "demo.json"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Entry(_Data):
    """A step that was begun."""

    command: str
    finished: bool
    seconds: NonNegativeFloat
    """Of all its sessions."""


class Journal(_Data):
    """The steps begun so far, in order."""

    format: Literal["factory-twin-demo"] = "factory-twin-demo"
    layout: str
    quick: bool
    entries: Mapping[str, Entry] = {}

    def with_entry(self, step: Step, seconds: float, *, finished: bool) -> "Journal":
        """The same and one more session of ``step``."""
        entry = Entry(command=step.command, finished=finished, seconds=self.seconds(step) + seconds)
        return self.model_copy(update={"entries": {**self.entries, step.name: entry}})

    def begun(self, step: Step) -> bool:
        """Whether this very command was begun; what another one left is done again."""
        return step.name in self.entries and self.entries[step.name].command == step.command

    def finished(self, step: Step) -> bool:
        """Whether nothing of it is left to do."""
        return self.begun(step) and self.entries[step.name].finished

    def seconds(self, step: Step) -> float:
        """How long it took so far."""
        return self.entries[step.name].seconds if self.begun(step) else 0.0

    def save(self, out: Path) -> None:
        """Replace the one in the demo's folder."""
        write_atomically(out / FILE, self.model_dump_json(indent=2))


def open_folder(out: Path, fresh: Journal, *, resume: bool) -> Journal:
    """The journal to go on with; ``fresh`` unless ``resume`` finds one.

    Raises ``InputError`` for a folder that holds anything but a demo, or a demo of something else to resume.
    """
    if not (out / FILE).is_file():
        if out.is_dir() and any(out.iterdir()):
            raise InputError(
                f"{out} holds something that `twin demo` did not make; nothing was touched; choose another --out"
            )
        make_folders(out=out)
        fresh.save(out)
        return fresh
    found = _read(out / FILE)
    if not resume:
        fresh.save(out)
        return fresh
    if (found.layout, found.quick) != (fresh.layout, fresh.quick):
        flags = f"--layout {found.layout}{' --quick' if found.quick else ''}"
        raise InputError(f"{out} holds a demo begun with {flags}; go on with the same flags, or leave --resume out")
    return found


def _read(file: Path) -> Journal:
    try:
        return Journal.model_validate_json(file.read_bytes())
    except ValidationError:
        raise InputError(
            f"{file} is not what `twin demo` wrote; nothing was touched; choose another --out, or remove the folder"
        ) from None


def remove(made: Path) -> None:
    """Take away what an earlier run of a step made; what a link leads to stays."""
    if made.is_dir() and not made.is_symlink():
        shutil.rmtree(made)
    else:
        made.unlink(missing_ok=True)
