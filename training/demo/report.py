"""The demo's report: what was made, how good it is, how to do the same by hand. Reads what the steps left on disk."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import factories
from training.dataset import Dataset
from training.dataset.info import summary
from training.demo.budget import Budget
from training.demo.episodes import episodes_to_show
from training.demo.journal import Journal
from training.demo.sentences import headline
from training.demo.steps import AGENTS, SUITES, Paths, Step
from training.policies import tensors
from training.policies.run import Run
from training.report import page
from training.report.curve import learning_curve
from training.report.figures import AGENT_COLORS, picture_file, png
from training.report.frames import labelled_frames
from training.report.measured_on import machine, versions
from training.report.plan import plans
from training.report.scores import Score, score
from twin.yaml_files import write_atomically

Facts = dict[str, Any]


def write_report(paths: Paths, journal: Journal, steps: Sequence[Step], budget: Budget) -> None:
    """Write ``report.html``; complete or not at all."""
    began = time.monotonic()
    results = {
        suite: {agent: json.loads(paths.scores(agent, suite).read_bytes()) for agent in AGENTS} for suite in SUITES
    }
    scores = {suite: [score(agent, found) for agent, found in agents.items()] for suite, agents in results.items()}
    facts = {
        "layout": journal.layout,
        "quick": journal.quick,
        "twin": _twin(journal.layout, paths),
        "dataset": _dataset(paths.dataset, budget.frames),
        "coco": _coco(paths.coco),
        "training": _training(paths.policy),
        "suites": _suites(scores, results),
        "colors": AGENT_COLORS,
        "plans": png(plans(episodes_to_show(results))),
        "machine": machine(),
        "versions": versions(),
        "files": _files(paths),
        "written": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    spent = [{"title": s.title, "command": s.command, "seconds": journal.seconds(s)} for s in steps]
    report = time.monotonic() - began
    total = sum(journal.seconds(s) for s in steps) + report
    facts |= {"steps": spent, "report_seconds": report, "total_seconds": total}
    facts["headline"] = headline(facts, {s.agent: s for s in scores["generated"]})
    write_atomically(paths.report, page.render("demo.html.j2", facts))


def _twin(name: str, paths: Paths) -> Facts:
    layout = factories.load(name)
    scene = factories.build(layout)
    return {
        "picture": picture_file(paths.picture),
        "name": layout.name,
        "description": layout.description,
        "size": layout.size,
        "equipment": Counter(item.type for item in layout.equipment).most_common(),
        "bodies": len(scene.bodies),
        "geoms": sum(len(body.geoms) for body in scene.bodies),
        "instances": len(scene.instances),
    }


def _dataset(path: Path, frames: int) -> Facts:
    dataset = Dataset(path)
    found = summary(dataset)
    return {
        **{name: found[name] for name in ("episodes", "frames", "bytes", "digest", "classes", "renderer", "engine")},
        "outcomes": found["outcomes"],
        "camera": dataset.meta.cameras[0],
        "shown": labelled_frames(dataset, dataset.meta.cameras[0].name, frames),
    }


def _coco(folder: Path) -> Facts:
    """Counts over the annotation files of all splits."""
    documents = [json.loads(file.read_bytes()) for file in sorted((folder / "annotations").glob("*.json"))]
    return {
        "images": sum(len(d["images"]) for d in documents),
        "annotations": sum(len(d["annotations"]) for d in documents),
    }


def _training(path: Path) -> Facts:
    run = Run.open(path)
    drawn = learning_curve(run.curve())
    return {
        "curve": png(drawn) if drawn else None,
        "steps": tensors.load(run.policy)[1]["steps"],
        "minutes": run.config.minutes,
        "layout": run.config.env_options["layout"],
        "size": [f"{length:g}" for length in run.config.env_options.get("generator", {}).get("size", ())],
        "shield": bool(run.config.env_options.get("shield")),
        "algo": run.config.algo.upper(),
    }


def _suites(scores: Mapping[str, Sequence[Score]], results: Mapping[str, Mapping[str, Any]]) -> list[Facts]:
    """For each suite its title, how many factories it has, and a row an agent."""
    return [
        {
            "title": title,
            "layouts": len({e["layout"] for e in results[suite]["expert"]["per_episode"]}),
            "rows": scores[suite],
        }
        for suite, title in SUITES.items()
    ]


def _files(paths: Paths) -> dict[str, str]:
    """What lies beside the report, and what it is for."""
    about = {
        paths.dataset: "the episodes: plain Zarr, read with zarr.open or training.dataset.Dataset",
        paths.coco: "the same images with boxes and masks, for any COCO loader",
        paths.policy: "the policy as safetensors, its configuration, checkpoint, learning curve, TensorBoard files",
        paths.scores("policy", "generated"): "scores and every episode; one such file for each agent and suite",
    }
    return {path.name: text for path, text in about.items()}
