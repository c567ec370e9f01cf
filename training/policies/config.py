"""The resolved configuration of a training run: everything needed to train the same policy again."""

from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    SerializeAsAny,
    model_validator,
)

from training.policies.algorithms import Settings, algorithm
from training.policies.algorithms.ppo import PpoSettings
from twin.errors import InputError

LARGEST_SEED = 2**32 - 1
"""Stable-Baselines3 gives it to NumPy's old streams, which take no larger one."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Stage(_Data):
    """What is easier at first than the environment as it is configured."""

    generator: dict[str, Any] = Field(default_factory=dict)
    """Options of generated layouts, over those of the environment."""
    rewards: dict[str, float] = Field(default_factory=dict)
    """Weights of reward terms, over those of the environment."""
    success: float = Field(default=0.8, gt=0, le=1)
    """The stage ends when so many episodes succeed ..."""
    until: float = Field(default=0.3, gt=0, le=1)
    """... or this share of the budget is used."""


class Source(_Data):
    """Another run whose policy this one started from."""

    path: str
    digest: str
    """SHA-256 of its policy file."""
    about: dict[str, Any]
    """What that file says: environment, algorithm, steps, lineage."""


class Data(_Data):
    """The dataset a run learns from."""

    path: str
    digest: str
    about: dict[str, Any] = Field(default_factory=dict)
    """Its environment, agents, licence and size."""


class TrainConfig(_Data):
    """One run: environment, algorithm, budget and seed."""

    env: str
    env_options: dict[str, Any] = Field(default_factory=dict)
    algo: str = "ppo"
    settings: SerializeAsAny[Settings] = PpoSettings()
    curriculum: tuple[Stage, ...] = ()
    seed: int = Field(default=0, ge=0, le=LARGEST_SEED)
    steps: PositiveInt | None = None
    minutes: PositiveFloat | None = None
    target: float | None = Field(default=None, gt=0, le=1)
    """Success rate at which training stops."""
    start: Source | None = None
    data: Data | None = None
    generator_version: str = ""

    @model_validator(mode="after")
    def _ascend(self) -> "TrainConfig":
        until = [stage.until for stage in self.curriculum]
        if until != sorted(until):
            raise InputError(f"curriculum: each stage's 'until' must be no less than the one before, not {until}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _read_settings(cls, values: Any) -> Any:
        """Settings are those of the algorithm. Raises ``UnknownNameError`` where there is no such one."""
        if isinstance(values, dict) and not isinstance(values.get("settings"), Settings):
            model = algorithm(str(values.get("algo", "ppo"))).settings
            return {**values, "settings": model.model_validate(values.get("settings", {}))}
        return values

    def about(self) -> dict[str, Any]:
        """What a policy's file says of where it comes from; no path of this machine in it."""
        return {
            "env": self.env,
            "env_options": self.env_options,
            "shield": bool(self.env_options.get("shield")),
            "algo": self.algo,
            "generator_version": self.generator_version,
            "lineage": {
                "seed": self.seed,
                "settings": self.settings.model_dump(mode="json"),
                "curriculum": [stage.model_dump(mode="json") for stage in self.curriculum],
                "data": self.data and self.data.model_dump(mode="json", exclude={"path"}),
                "from": self.start and self.start.model_dump(mode="json", exclude={"path"}),
            },
        }
