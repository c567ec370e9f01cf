"""Suites: fixed lists of layouts and seeds, as data, so that scores of different days and people can be compared.

Each is a YAML file in ``training/suites``, found by its name; a file of one's own is taken too. Its digest is the hash
of everything that decides its episodes; where the file holds one, another one is an error.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveInt

import robots
from envs import scenarios
from envs.tasks import Task, task
from factories.layout import Layout, to_data
from training.evaluation.cases import Case, digest
from training.evaluation.sources import Source
from twin.errors import InputError
from twin.file_model import FileModel
from twin.shipped import Shipped
from twin.yaml_files import load_yaml_model, write_atomically

SHIPPED = Shipped("suite", Path(__file__).parents[1] / "suites")
NOT_DECIDING = frozenset(
    {"summary", "observations", "rewards", "scores", "quality", "camera_size", "generator", "expert"}
)
"""Fields of a task that change what is told, or layouts that a suite has of its own, but no episode."""
_DIGEST_LINE = re.compile(r"^digest:.*$", re.MULTILINE)


class Options(FileModel):
    """Options of the environment that decide the episodes, are not the agent's, and have no other place in the file."""

    max_episode_steps: PositiveInt | None = None
    """The task's unless given."""
    control_period: Annotated[float, Field(gt=0, le=1)] | None = None
    """Seconds."""
    collision_ends: bool | None = None
    """Whether a contact ends an episode; the task's unless given."""
    scenario: str | None = None
    """What is randomized: a shipped scenario's name, or a file."""

    def given(self) -> dict[str, Any]:
        """Those that the file holds."""
        return self.model_dump(exclude_none=True)


class Suite(FileModel):
    """The content of a suite's file."""

    format: Literal[1] = 1
    """Version of this file format."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """A sentence for lists of suites."""
    task: str
    """Name of the task, such as RouteNav."""
    robot: str = "amr"
    """Shipped name or file."""
    layouts: Annotated[Source, Field(discriminator="tier")]
    """Where the layouts come from."""
    episodes_each: PositiveInt = 1
    """Episodes in each layout."""
    first_seed: Annotated[int, Field(ge=0)] = 0
    """The k-th episode is reset with ``first_seed + k``."""
    options: Options = Options()
    """Further options of the environment."""
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """What the suite's digest must be; ``twin suites --record`` writes it."""

    @property
    def tier(self) -> str:
        """generated, shipped or imported."""
        return self.layouts.tier

    @property
    def episodes(self) -> int:
        """How many, in all layouts together."""
        return self.layouts.count * self.episodes_each


@dataclass(frozen=True, slots=True)
class Opened:
    """A suite with its layouts at hand."""

    name: str
    suite: Suite
    layouts: tuple[Layout, ...]
    digest: str

    @property
    def env(self) -> str:
        """Gymnasium's id of the task's environment."""
        return task(self.suite.task).id

    def cases(self, count: int | None = None) -> tuple[Case, ...]:
        """The first ``count`` episodes; they go round the layouts, so that the first few are in many of them.

        Raises ``InputError`` where there are not so many.
        """
        total = len(self.layouts) * self.suite.episodes_each
        if count is not None and count > total:
            raise InputError(f"--episodes {count}: suite '{self.name}' has {total}")
        return tuple(
            Case(self.suite.first_seed + k, self.layouts[k % len(self.layouts)])
            for k in range(total if count is None else count)
        )


def names() -> list[str]:
    """Of the shipped suites."""
    return SHIPPED.names()


def load(name_or_path: str) -> Suite:
    """A suite's file. Raises ``UnknownNameError`` with the nearest name, ``FileError`` with all that is wrong in it."""
    path = SHIPPED.find(name_or_path)
    suite = load_yaml_model(path, Suite)
    try:
        task(suite.task)
        robots.load(suite.robot)
        if suite.options.scenario is not None:
            scenarios.load(suite.options.scenario)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return suite


def open_suite(name_or_path: str, maps: Sequence[Path] = (), *, check: bool = True) -> Opened:
    """A suite with its layouts. ``maps``: files of the imported ones.

    Raises ``InputError`` where a map is missing, or where the digest is not the one in the file.
    """
    suite = load(name_or_path)
    name = SHIPPED.find(name_or_path).stem
    layouts = tuple(suite.layouts.layouts(name, maps))
    opened = Opened(name, suite, layouts, suite_digest(suite, layouts))
    if check and suite.digest and suite.digest != opened.digest:
        raise InputError(
            f"suite '{name}': its digest is {suite.digest[:12]}, but its layouts, task and robot now make "
            f"{opened.digest[:12]}: the generator, a layout, a map, the task or the robot is not the one that "
            f"published scores were made with; `twin suites {name_or_path} --record` makes it a new suite"
        )
    return opened


def suite_digest(suite: Suite, layouts: Sequence[Layout]) -> str:
    """SHA-256 of layouts, seeds, task, robot and options: of what decides the episodes, and nothing else."""
    robot = robots.load(suite.robot).model
    return digest(
        {
            "task": _deciding(task(suite.task)),
            "robot": robot.model_dump(mode="json", exclude_defaults=True, exclude={"materials", "description"}),
            "layouts": [{k: v for k, v in to_data(layout).items() if k != "description"} for layout in layouts],
            "episodes_each": suite.episodes_each,
            "first_seed": suite.first_seed,
            "options": _contents(suite.options),
        }
    )


def _contents(options: Options) -> dict[str, Any]:
    """The options with the content of the scenario in place of its name."""
    given = options.given()
    if options.scenario is not None:
        given["scenario"] = scenarios.load(options.scenario).digest()
    return given


def record(name_or_path: str, found: str) -> None:
    """Write the digest ``found`` into the suite's file; everything else in it stays as it is."""
    path = SHIPPED.find(name_or_path)
    text = path.read_text(encoding="utf-8")
    line = f"digest: {found}"
    changed = _DIGEST_LINE.sub(line, text) if _DIGEST_LINE.search(text) else f"{text.rstrip()}\n{line}\n"
    write_atomically(path, changed)


def _deciding(chosen: Task) -> dict[str, Any]:
    """The task's fields that are not at their defaults, so that a new field changes no digest."""
    told = NOT_DECIDING - {"camera_size"} if chosen.sees_by.needs_camera else NOT_DECIDING  # it draws its map from that
    return {
        field.name: _plain(getattr(chosen, field.name))
        for field in dataclasses.fields(chosen)
        if field.name not in told and getattr(chosen, field.name) != field.default
    }


def _plain(value: Any) -> Any:
    """A field as plain data: functions by their names, frozen data by kind and fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {"kind": type(value).__name__, **{k: _plain(v) for k, v in dataclasses.asdict(value).items()}}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.__name__ if callable(value) else value
