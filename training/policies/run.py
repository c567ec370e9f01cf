"""The folder of a training run.

``config.json`` (resolved configuration), ``policy.safetensors`` (for acting), ``checkpoint.safetensors`` (for going
on), ``learning_curve.json`` and ``tensorboard/``.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training import run_folder
from training.policies import reference, tensors
from training.policies.config import TrainConfig
from twin.errors import InputError
from twin.yaml_files import write_atomically

if TYPE_CHECKING:
    import torch

POLICY, CHECKPOINT, CURVE = "policy.safetensors", "checkpoint.safetensors", "learning_curve.json"
ROW = {"steps", "seconds", "success"}
"""What is read of a row of the curve; the rest is for people."""

ZIP = (
    "{path}: a policy of Stable-Baselines3 is a pickle, and opening one runs whatever code its maker put in; "
    "if you trust them, make a safe file of it: twin import-policy {path} --trust-pickle --out policy.safetensors"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder and its configuration."""

    path: Path
    config: TrainConfig

    @classmethod
    def create(cls, path: Path, config: TrainConfig) -> "Run":
        """Start a new folder; ``InputError`` where something is already there."""
        run_folder.begin(path, config)
        return cls(path, config)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """An existing folder; ``InputError`` where it is not one."""
        return cls(path, run_folder.read(path, TrainConfig, "training run"))

    def with_budget(self, minutes: float | None, steps: int | None, target: float | None = None) -> "Run":
        """The same run with another budget or target, kept in its configuration; the old ones where they are None.

        Raises ``InputError``, and changes nothing, where it cannot go on.
        """
        budget = {} if minutes is None and steps is None else {"minutes": minutes, "steps": steps}
        changes = budget | ({} if target is None else {"target": target})
        if not changes:
            return self
        if self.checkpoint.exists():
            self.load_checkpoint()
            self.curve()
        config = self.config.model_copy(update=changes)
        write_atomically(self.path / run_folder.CONFIG, config.model_dump_json(indent=2))
        return Run(self.path, config)

    def discard(self) -> None:
        """Remove the folder of a run that learned nothing."""
        shutil.rmtree(self.path)

    @property
    def policy(self) -> Path:
        """The file a policy acts from."""
        return self.path / POLICY

    @property
    def checkpoint(self) -> Path:
        """The file training goes on from."""
        return self.path / CHECKPOINT

    def load_checkpoint(self) -> "tuple[dict[str, torch.Tensor], dict[str, Any]]":
        """Tensors and facts; ``InputError`` where the file is not whole."""
        parts, facts = tensors.load(self.checkpoint)
        if not {"learner", "steps", "seconds", "stage"} <= facts.keys():
            raise InputError(
                f"{self.checkpoint}: not a checkpoint of this version; train anew, or start --from the run"
            )
        return parts, facts

    def save_curve(self, curve: list[dict[str, Any]]) -> None:
        """Replace the learning curve."""
        write_atomically(self.path / CURVE, json.dumps(curve))

    def curve(self) -> list[dict[str, Any]]:
        """The learning curve so far: a row a rollout, with steps, seconds, success and reward."""
        file = self.path / CURVE
        try:
            rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        except ValueError:
            raise InputError(f"{file}: is not JSON; remove it to go on without what it held") from None
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.keys() >= ROW for row in rows):
            raise InputError(f"{file}: is no learning curve; remove it to go on without what it held")
        return rows


def acting_file(policy: str | Path) -> Path:
    """The file that acts: of a run by its folder, of a shipped policy by its name, or the file itself.

    Raises ``InputError`` for a folder that is no run's, and for a pickle.
    """
    path = reference.located(policy)
    if path.suffix == ".zip":
        raise InputError(ZIP.format(path=path))
    return Run.open(path).policy if path.is_dir() else path
