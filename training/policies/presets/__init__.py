"""Settings that were tuned, as data: ``<task>.yaml`` for a task, or a file of the user's own."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from training.policies.algorithms import Settings, algorithms
from training.policies.config import Stage
from twin.shipped import Shipped
from twin.yaml_files import load_yaml_model

SHIPPED = Shipped("preset", Path(__file__).parent)


class Preset(BaseModel):
    """``settings`` by algorithm; one that is not named has its defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    env: str = ""
    """The task whose preset it is, chosen for it by itself."""
    curriculum: tuple[Stage, ...] = ()
    """Stages of generated layouts."""
    settings: Any = None

    def of(self, algo: str) -> Settings:
        """Settings of one algorithm."""
        chosen = getattr(self.settings, algo)
        return chosen if isinstance(chosen, Settings) else algorithms()[algo].settings()


@cache
def _model() -> type[Preset]:
    """A preset whose ``settings`` has a field an algorithm, so that mistakes are found with their line."""
    fields: dict[str, Any] = {name: (a.settings | None, None) for name, a in algorithms().items()}
    settings = create_model("PresetSettings", __config__=ConfigDict(frozen=True, extra="forbid"), **fields)
    return create_model("Preset", __base__=Preset, settings=(settings, settings()))


def names() -> list[str]:
    """Those that are shipped."""
    return SHIPPED.names()


def load(name: str) -> Preset:
    """A shipped preset, or a YAML file; raises ``UnknownNameError``, and ``FileError`` for what is wrong in it."""
    return load_yaml_model(SHIPPED.find(name), _model())


def for_env(env: str) -> Preset:
    """The preset of an environment; only defaults where it has none."""
    found = (load(name) for name in names())
    return next((preset for preset in found if preset.env == env), _model()())
