"""What was asked for, recorded, and is really there, scenario by scenario."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from envs.scenarios.cases import PREFIX, cases
from envs.scenarios.evidence import Evidence
from training.coverage.evidence import evidence_of
from training.dataset.reader import Dataset
from training.dataset.schema import EpisodeRecord

VISIBLE = 1e-3
"""Share of a picture from which on something counts as seen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One episode of a scenario with a case."""

    episode: int
    scenario: str
    there: bool
    """Whether the case happened, by labels and poses."""
    frames: int
    visible: int
    """Frames in which something of the case is seen."""
    closest: float | None
    """Metres between the robot and what is the case at their closest; None for a case that is no thing."""
    success: bool
    collided: bool


def found_in(dataset: Dataset, done: Callable[[Finding], None] = lambda _: None) -> list[Finding]:
    """Every episode whose scenario has a case; raises ``DatasetError`` for what cannot be judged."""
    findings = []
    for k, record in enumerate(dataset.records()):
        case = _case(record)
        if case is not None:
            with evidence_of(dataset, k) as evidence:
                findings.append(_finding(record, case, evidence))
            done(findings[-1])
    return findings


def _case(record: EpisodeRecord) -> str | None:
    """Which case the episode was to show."""
    stored: Any = record.draws.get("scenario", {})
    case = (stored.get("case") or {}) if isinstance(stored, dict) else {}
    name = case.get("type", record.scenario) if isinstance(case, dict) else ""
    return name if isinstance(name, str) and name in cases() else None


def _finding(record: EpisodeRecord, case: str, evidence: Evidence) -> Finding:
    things = [i for i in evidence.scene.instances if i.name.startswith(PREFIX)]
    shown = np.sum([evidence.share(i) for i in things], axis=0) > VISIBLE if things else None
    there = bool(cases()[case].happened(evidence))
    return Finding(
        episode=record.episode,
        scenario=record.scenario,
        there=there,
        frames=record.frames,
        visible=int(shown.sum()) if shown is not None else record.frames * there,
        closest=min(float(evidence.robot_gap(i).min()) for i in things) if things else None,
        success=bool(record.outcome.get("is_success", False)),
        collided=bool(record.outcome.get("collisions", 0)),
    )


def rows(findings: list[Finding], asked: Mapping[str, int]) -> list[dict[str, Any]]:
    """A row for each scenario that was asked for or recorded."""
    recorded = Counter(one.scenario for one in findings)
    return [
        _row(name, asked.get(name, 0), [one for one in findings if one.scenario == name])
        for name in dict.fromkeys([*asked, *recorded])
    ]


def _row(name: str, asked: int, found: list[Finding]) -> dict[str, Any]:
    gaps = [one.closest for one in found if one.closest is not None]
    frames = sum(one.frames for one in found)
    return {
        "scenario": name,
        "asked": asked,
        "recorded": len(found),
        "there": sum(one.there for one in found),
        "frames": frames,
        "visible": sum(one.visible for one in found),
        "closest_m": round(float(np.min(gaps)), 2) if gaps else None,
        "closest_median_m": round(float(np.median(gaps)), 2) if gaps else None,
        "success": sum(one.success for one in found),
        "collided": sum(one.collided for one in found),
        "not_there": [one.episode for one in found if not one.there],
    }
