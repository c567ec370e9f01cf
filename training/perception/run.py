"""The folder of a run.

``config.json`` (resolved configuration), ``model.safetensors`` (for looking), ``checkpoint.safetensors`` (for going
on), ``curve.json``; where it was scored ``scores.json`` and ``report.html``.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from training import run_folder
from training.perception.config import PerceptionConfig
from twin.errors import InputError
from twin.yaml_files import write_atomically

MODEL, CHECKPOINT = "model.safetensors", "checkpoint.safetensors"
CURVE, SCORES, REPORT = "curve.json", "scores.json", "report.html"


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder and its configuration."""

    path: Path
    config: PerceptionConfig

    @classmethod
    def create(cls, path: Path, config: PerceptionConfig) -> "Run":
        """Start a new folder; ``InputError`` where something is already there."""
        run_folder.begin(path, config)
        return cls(path, config)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """An existing folder; ``InputError`` where it is not one."""
        return cls(path, run_folder.read(path, PerceptionConfig, "run of train-perception"))

    @property
    def model(self) -> Path:
        """The file to look with."""
        return self.path / MODEL

    @property
    def checkpoint(self) -> Path:
        """The file training goes on from."""
        return self.path / CHECKPOINT

    def save_curve(self, curve: list[dict[str, Any]]) -> None:
        """Replace the learning curve: rows with the step, the mean losses since the last one, mIoU on validation."""
        write_atomically(self.path / CURVE, json.dumps(curve))

    def curve(self) -> list[dict[str, Any]]:
        """The learning curve so far."""
        file = self.path / CURVE
        try:
            return rows(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else []
        except (ValueError, RecursionError):
            raise InputError(f"{file}: not a learning curve of ours, or cut short") from None


class _Row(BaseModel):
    step: int
    seconds: float
    pixels: float
    centers: float
    boxes: float
    miou: float | None


_ROWS = TypeAdapter(list[_Row])


def rows(document: object) -> list[dict[str, Any]]:
    """Those of a learning curve; ``ValueError`` for anything else."""
    return [row.model_dump() for row in _ROWS.validate_python(document, strict=True)]
