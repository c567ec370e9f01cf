"""The resolved configuration of a training run: everything needed to train the same policy again."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from twin.errors import UnknownNameError
from twin.yaml_files import load_yaml_model

PRESETS = Path(__file__).parent / "presets"


class PpoSettings(BaseModel):
    """Proximal policy optimisation, named as in Stable-Baselines3."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    n_envs: PositiveInt = 16
    n_steps: PositiveInt = 256
    batch_size: PositiveInt = 1024
    n_epochs: PositiveInt = 4
    learning_rate: PositiveFloat = 5e-4
    final_learning_rate: PositiveFloat = 1e-4
    """Reached linearly at the end of the budget."""
    gamma: float = Field(default=0.99, gt=0, lt=1)
    gae_lambda: float = Field(default=0.95, ge=0, le=1)
    clip_range: PositiveFloat = 0.2
    ent_coef: float = Field(default=0.0, ge=0)
    log_std_init: float = -0.5
    net_arch: tuple[PositiveInt, ...] = (256, 128)
    reward_scale: PositiveFloat = 0.1
    layouts_per_env: PositiveInt = 24
    """How many generated layouts each environment trains on."""


class TrainConfig(BaseModel):
    """One run: environment, algorithm, budget and seed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    env: str
    env_options: dict[str, Any] = Field(default_factory=dict)
    algo: Literal["ppo"] = "ppo"
    settings: PpoSettings = PpoSettings()
    seed: int = Field(default=0, ge=0)
    steps: PositiveInt | None = None
    minutes: PositiveFloat | None = None
    generator_version: str = ""


ALGORITHMS = ("ppo",)


def algorithm(name: str) -> Literal["ppo"]:
    """A known algorithm's name; raises ``UnknownNameError``."""
    if name not in ALGORITHMS:
        raise UnknownNameError("algorithm", name, ALGORITHMS)
    return "ppo"


def preset(name: str) -> PpoSettings:
    """The settings in ``presets/<name>.yaml``; raises ``UnknownNameError``."""
    files = {f.stem: f for f in PRESETS.glob("*.yaml")}
    if name not in files:
        raise UnknownNameError("preset", name, files)
    return load_yaml_model(files[name], PpoSettings)
