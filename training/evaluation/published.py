"""Results that are published: kept small beside the code, checked against today's suites, grouped over training seeds.

A result is what ``twin eval --suite ... --out`` wrote of one agent, with its episodes as columns.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from training.env_flags import EnvFlags
from training.evaluation import suites
from training.evaluation.compare import Comparison, compare
from training.evaluation.documents import without_seed
from training.evaluation.score_table import READ
from training.evaluation.scores import estimates, own_scores
from training.report.intervals import Estimate
from twin.errors import InputError
from twin.yaml_files import write_atomically

COLUMNS = ("seed", "layout", *READ, "outcome", "cause")
"""Of each episode, beside the scores of its task's own; ``episodes_digest`` stands for starts and goals."""
FACTS = (
    "agent",
    "policy",
    "suite",
    "env",
    "options",
    "actions",
    "variation",
    "variation_name",
    "episodes_digest",
    "measured_on",
    "seconds",
)
DIGITS = 4
_SEED_ENDING = re.compile(r"[-_.]?s(eed)?[-_]?\d+$")


@dataclass(frozen=True)
class Result:
    """One agent on one suite."""

    facts: Mapping[str, Any]
    episodes: tuple[Mapping[str, Any], ...]
    curve: Mapping[str, Sequence[float]] | None = None
    """Of its training: ``steps`` and ``success``; None where nothing was learned."""

    @property
    def agent(self) -> str:
        """Its name; of a policy the folder's, without the training seed."""
        name = str(self.facts["agent"])
        return _SEED_ENDING.sub("", name) if self.facts["policy"] else name

    @property
    def suite(self) -> str:
        """Name of the suite."""
        return str(self.facts["suite"]["name"])

    @property
    def conditions(self) -> tuple[str, str, bool]:
        """What was changed, actions and shield."""
        return (
            changed(self.facts),
            str(self.facts["actions"]) if self.facts["policy"] else "",
            bool(self.facts["options"].get("shield")),
        )

    @cached_property
    def estimates(self) -> dict[str, Estimate | None]:
        """Its scores; None for one that was not yet noted when they were driven."""
        return estimates(self.episodes)


@dataclass(frozen=True)
class Group:
    """One agent on one suite: a policy once for each training seed, any other agent once."""

    results: tuple[Result, ...]

    @property
    def first(self) -> Result:
        """Any of them."""
        return self.results[0]

    def score(self, name: str) -> Estimate | None:
        """Of one result its mean and 95 % interval; of several the mean of their means, the lowest and the highest."""
        found = [result.estimates[name] for result in self.results]
        if len(found) == 1:
            return found[0]
        means = [one.mean for one in found if one is not None]
        return Estimate(sum(means) / len(means), min(means), max(means), len(means)) if means else None

    def causes(self) -> dict[str, float]:
        """Failures of each cause in 100 episodes."""
        total = sum(len(result.episodes) for result in self.results)
        rows = [episode["cause"] for result in self.results for episode in result.episodes if episode["cause"]]
        return {cause: 100 * rows.count(cause) / total for cause in set(rows)}

    def against(self, other: "Group") -> list[Comparison]:
        """Each of these results against the other's first; empty where the episodes are not the same."""
        base = other.first
        same = [r for r in self.results if r.facts["episodes_digest"] == base.facts["episodes_digest"]]
        return [compare(base.agent, base.episodes, result.agent, result.episodes) for result in same]


def changed(facts: Mapping[str, Any]) -> str:
    """What a result was made under that its suite has not: variation, scenario, engine, quality, calibration."""
    options = facts["options"]
    names = [str(facts["variation_name"]), Path(str(options.get("scenario") or "")).stem]
    engine = options.get("engine", EnvFlags.engine)
    if engine != EnvFlags.engine and not facts["variation"].get("engine"):
        names.append(f"engine={engine}")
    names += [f"{key}={Path(options[key]).stem}" for key in ("quality", "calibration") if options.get(key)]
    return "+".join(filter(None, names))


def compact(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of ``twin eval --out`` without what a published table needs not; raises ``InputError``."""
    suite = document["suite"]
    if suite is None or suite["driven"] < suite["episodes"]:
        raise InputError(f"{document['agent']}: only results of whole suites are published")
    rows = document["per_episode"]
    names = (*COLUMNS, *own_scores(document["env"]))
    columns = {name: [_rounded(row[name]) for row in rows] for name in names}
    return {**{name: document[name] for name in FACTS}, "curve": document.get("curve"), "columns": columns}


def add(files: Iterable[Path], folder: Path) -> list[Path]:
    """Keep results of ``twin eval --out`` in ``folder``; one of the same agent, suite and conditions is replaced."""
    written = []
    for file in files:
        kept = compact(_read(file))
        parts = [kept["suite"]["name"], kept["agent"], changed(kept)]
        parts += [kept["actions"]] * bool(kept["policy"]) + ["shield"] * bool(kept["options"].get("shield"))
        path = folder / ("__".join(filter(None, parts)).replace("/", "_") + ".json")
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, _dumped(kept))
        written.append(path)
    return written


def read(folder: Path) -> list[Result]:
    """Every result, in the order of the files' names; raises ``InputError`` for one that is of another suite by now."""
    results = []
    for file in sorted(folder.glob("*.json")):
        kept = _read(file)
        columns, curve = kept.pop("columns"), kept.pop("curve", None)
        rows = tuple(dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
        result = Result(kept, rows, curve)
        now = suites.load(result.suite).digest
        if kept["suite"]["digest"] != now:
            raise InputError(
                f"{file}: made with the suite of digest {kept['suite']['digest'][:12]}, which is {now[:12]} by now: "
                "measure again, or remove the file"
            )
        results.append(result)
    return results


def grouped(results: Sequence[Result]) -> list[Group]:
    """Policies that differ in nothing but their training seed together; raises ``InputError`` where names mislead."""
    found: dict[tuple[Any, ...], list[Result]] = {}
    for result in results:
        found.setdefault((result.suite, result.agent, result.conditions), []).append(result)
    for same in found.values():
        configs = {json.dumps(without_seed(r.facts["policy"]), sort_keys=True) for r in same}
        if len(configs) > 1:
            names = ", ".join(sorted(str(r.facts["agent"]) for r in same))
            raise InputError(f"{names}: named alike but for a seed, and trained with different configurations")
        digests = {r.facts["episodes_digest"] for r in same}
        if len(digests) > 1:
            raise InputError(f"{same[0].agent} on {same[0].suite}: not all training seeds drove the same episodes")
    return [Group(tuple(same)) for same in found.values()]


def curves(groups: Iterable[Group]) -> dict[str, dict[int, Mapping[str, Sequence[float]]]]:
    """Learning curves of each policy by its training seeds, in the order of names."""
    found: dict[str, dict[int, Mapping[str, Sequence[float]]]] = {}
    for result in (r for group in groups for r in group.results if r.curve and r.facts["policy"]["config"]):
        found.setdefault(result.agent, {})[result.facts["policy"]["config"]["seed"]] = result.curve or {}
    return {name: dict(sorted(of_seeds.items())) for name, of_seeds in sorted(found.items())}


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise InputError(f"{file}: is not JSON") from None
    missing = [name for name in FACTS if not isinstance(found, dict) or name not in found]
    if missing:
        raise InputError(f"{file}: is not a result of `twin eval --suite ... --out`: it has no '{missing[0]}'")
    return dict(found)


def _dumped(kept: Mapping[str, Any]) -> str:
    """A column a line."""
    tables = ("curve", "columns")
    facts = json.dumps({k: v for k, v in kept.items() if k not in tables}, indent=1)
    return f"{facts[:-2]}" + "".join(f',\n "{name}": {_lines(kept[name])}' for name in tables) + "\n}\n"


def _lines(table: Mapping[str, Any] | None) -> str:
    if table is None:
        return "null"
    columns = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in table.items())
    return f"{{\n{columns}\n }}"
