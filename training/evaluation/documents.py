"""What an evaluation leaves as JSON: its scores with everything that a published table has to say about them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.evaluation.cases import Evaluation, digest, policy_digest
from training.evaluation.suites import Opened
from training.policies.run import Run
from training.report.measured_on import machine, versions

CURVE_ROWS = 60
"""Of a learning curve, at most."""
KEPT_OUT = ("trajectory", "route", "movers")


def document(
    label: str,
    evaluation: Evaluation,
    scores: Mapping[str, Any],
    suite: Opened | None,
    seconds: float | None,
    variation: str = "",
) -> dict[str, Any]:
    """Scores of one agent with agent, suite, conditions, hardware and wall-clock (``seconds``, None where resumed)."""
    episodes = scores["per_episode"]
    return {
        "agent": label,
        "policy": policy_facts(evaluation.agent),
        "curve": thinned(_curve(evaluation.agent)),
        "suite": None if suite is None else suite_facts(suite, len(episodes)),
        "env": evaluation.env,
        "options": dict(evaluation.options),
        "actions": "deterministic" if evaluation.deterministic else "stochastic",
        "variation": evaluation.variation.model_dump(mode="json", exclude_defaults=True),
        "variation_name": variation,
        "episodes_digest": digest([[e["seed"], e["layout"], e["start"], e["goal"]] for e in episodes]),
        "measured_on": {**machine(), **versions()},
        "seconds": seconds,
        **scores,
        "per_episode": [{k: v for k, v in e.items() if k not in KEPT_OUT} for e in episodes],
    }


def suite_facts(suite: Opened, driven: int) -> dict[str, Any]:
    """Of a suite, and how many of its episodes were driven."""
    return {
        "name": suite.name,
        "tier": suite.suite.tier,
        "description": suite.suite.description,
        "digest": suite.digest,
        "episodes": suite.suite.episodes,
        "driven": driven,
    }


def policy_facts(agent: str) -> dict[str, Any] | None:
    """Digest and size of the policy's file, its configuration and how long it trained; None where nothing is learned.

    A file without a run's folder has no configuration here. What it was trained from is told by its digest: results
    are published, and paths of the machine it was trained on say nothing to who reads them.
    """
    found = policy_digest(agent)
    if found is None:
        return None
    facts: dict[str, Any] = {"digest": found, "config": None, "trained": None}
    if Path(agent).is_dir():
        config = Run.open(Path(agent)).config
        facts["config"] = config.model_dump(mode="json", exclude={"start": {"path"}, "data": {"path"}})
    if curve := _curve(agent):
        facts["trained"] = {key: curve[-1].get(key) for key in ("steps", "seconds")}
    return facts


def thinned(curve: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]] | None:
    """Steps and success of some rows of a learning curve, the last among them; None where nothing was trained."""
    known = [row for row in curve if row["success"] is not None]
    if not known:
        return None
    every = -(-len(known) // CURVE_ROWS)
    rows = known[::-1][::every][::-1]
    return {"steps": [row["steps"] for row in rows], "success": [round(row["success"], 3) for row in rows]}


def without_seed(policy: Mapping[str, Any] | None) -> Any:
    """The configuration of a policy but for its training seed: what policies of one kind have in common.

    Nor does it count which policy of a kind it started from, and from which recording of a kind it learned.
    """
    return _kind((policy or {}).get("config") or {})


def _kind(lineage: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in lineage.items() if key != "seed"}
    if data := kept.get("data"):
        kept["data"] = {key: value for key, value in data.get("about", {}).items() if key not in ("name", "frames")}
    for key in ("start", "from"):
        about = (kept.get(key) or {}).get("about")
        if about:  # a zip of Stable-Baselines3 is known by its digest alone
            kept[key] = {**about, "lineage": _kind(about.get("lineage") or {})}
    return kept


def _curve(agent: str) -> Sequence[Mapping[str, Any]]:
    path = Path(agent)
    return Run.open(path).curve() if path.is_dir() else ()


def dumped(data: Mapping[str, Any]) -> str:
    """JSON with an episode a line, so that differences between two files can be read."""
    rest = {k: v for k, v in data.items() if k != "per_episode"}
    rows = ",\n".join(f"    {json.dumps(row)}" for row in data["per_episode"])
    return f'{json.dumps(rest, indent=2)[:-2]},\n  "per_episode": [\n{rows}\n  ]\n}}\n'
