"""The steps of the demo: each is one ``twin`` command, so that a person can do the same by hand."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.demo.budget import Budget

AGENTS = ("expert", "random", "policy")
ENV = "FactoryTwin/RouteNav-v0"
SUITES = {
    "generated": "Generated factories",
    "shipped": "Shipped factories",
}
"""Where agents are scored; never where a policy of the full demo was trained."""
FIRST_EVALUATION_SEED = 1000


@dataclass(frozen=True, slots=True)
class Paths:
    """What the demo leaves in its folder."""

    out: Path

    @property
    def picture(self) -> Path:
        """The factory, drawn."""
        return self.out / "factory.png"

    @property
    def dataset(self) -> Path:
        """Recorded episodes."""
        return self.out / "dataset.zarr"

    @property
    def coco(self) -> Path:
        """The same as COCO."""
        return self.out / "coco"

    @property
    def policy(self) -> Path:
        """The training run."""
        return self.out / "policy"

    @property
    def report(self) -> Path:
        """The page to open."""
        return self.out / "report.html"

    def scores(self, agent: str, suite: str) -> Path:
        """Scores of one agent."""
        return self.out / f"scores_{agent}_{suite}.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One command and what it makes."""

    name: str
    title: str
    arguments: tuple[str, ...]
    """Of ``twin``, the command's name first."""
    makes: Path | None = None
    """A file or folder, replaced when the step is done again."""
    goes_on: bool = False
    """Whether the command takes ``--resume``."""

    @property
    def command(self) -> str:
        """As typed in a shell."""
        return shlex.join(("twin", *self.arguments))


def steps(paths: Paths, layout: str, shipped: tuple[str, ...], budget: Budget) -> tuple[Step, ...]:
    """All of them, in order. ``shipped``: the layouts of the suite of that name."""
    dataset = str(paths.dataset)
    return (
        Step(
            "render",
            "Build the twin and draw it",
            ("render", layout, "--out", str(paths.picture)),
            paths.picture,
        ),
        Step(
            "collect",
            "Let the expert drive, and record what the robot's camera sees",
            (
                *("collect", "--env", ENV, "--layout", layout, "--agent", "expert"),
                *("--episodes", str(budget.episodes), "--seed", "1", "--size", budget.image_size),
                *("--licence", "CC-BY-4.0", "--out", dataset),
            ),
            paths.dataset,
            goes_on=True,
        ),
        Step("check", "Check the dataset", ("check", dataset)),
        Step(
            "export", "Export it as COCO", ("export", dataset, "--format", "coco", "--out", str(paths.coco)), paths.coco
        ),
        Step(
            "train",
            "Train a policy",
            (
                *("train", *_drive(budget), *budget.train, "--seed", "0"),
                *("--workers", str(budget.workers), "--out", str(paths.policy)),
            ),
            paths.policy,
            goes_on=True,
        ),
        *_evaluations(paths, shipped, budget),
    )


def _drive(budget: Budget) -> tuple[str, ...]:
    return ("--env", ENV, *["--shield"] * budget.shield)


def _evaluations(paths: Paths, shipped: tuple[str, ...], budget: Budget) -> Iterator[Step]:
    layouts = {"generated": (("generated",), budget.generated), "shipped": (shipped, budget.shipped)}
    for suite, (names, episodes) in layouts.items():
        for agent in AGENTS:
            file = paths.scores(agent, suite)
            yield Step(
                f"eval-{agent}-{suite}",
                f"Score {'the ' * (agent != 'random')}{agent} in {suite} factories",
                (
                    *("eval", str(paths.policy) if agent == "policy" else agent, *_drive(budget), "--layout", *names),
                    *("--episodes", str(episodes), "--seed", str(FIRST_EVALUATION_SEED)),
                    *("--workers", str(budget.workers), "--trajectories", "--json", str(file)),
                ),
                file,
            )
