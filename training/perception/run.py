"""The folder of a run.

``config.json`` (resolved configuration), ``model.safetensors`` (for looking), ``checkpoint.safetensors`` (for going
on), ``curve.json``; where it was scored ``scores.json`` and ``report.html``.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from training.perception.config import PerceptionConfig
from twin.errors import InputError
from twin.yaml_files import write_atomically

CONFIG, MODEL, CHECKPOINT = "config.json", "model.safetensors", "checkpoint.safetensors"
CURVE, SCORES, REPORT = "curve.json", "scores.json", "report.html"


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder and its configuration."""

    path: Path
    config: PerceptionConfig

    @classmethod
    def create(cls, path: Path, config: PerceptionConfig) -> "Run":
        """Start a new folder; ``InputError`` where something is already there."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(f"{path} exists already; choose another --out, or go on with --resume")
        path.mkdir(parents=True, exist_ok=True)
        write_atomically(path / CONFIG, config.model_dump_json(indent=2))
        return cls(path, config)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """An existing folder; ``InputError`` where it is not one."""
        try:
            text = (path / CONFIG).read_text(encoding="utf-8")
            return cls(path, PerceptionConfig.model_validate_json(text))
        except OSError:
            raise InputError(f"{path} is not a run of train-perception: it has no {CONFIG}") from None
        except ValidationError as error:
            raise InputError(f"{path / CONFIG} is not a valid configuration: {error}") from None

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
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
