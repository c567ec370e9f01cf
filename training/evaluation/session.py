"""One ``twin eval``: every agent on the same episodes, then what is written about them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.evaluation import compare
from training.evaluation.cases import Case, Evaluation, policy_digest
from training.evaluation.documents import document, policy_facts
from training.evaluation.driving import Driver
from training.evaluation.journal import Journal
from training.evaluation.run import evaluate
from training.evaluation.suites import Opened
from training.evaluation.variations import NOMINAL, Variation
from training.flag_checks import make_folders
from training.folder_lock import locked
from training.progress import progress
from training.run_folder import make_new


@dataclass(frozen=True, slots=True)
class Session:
    """What is asked for."""

    agents: tuple[str, ...]
    env: str
    options: Mapping[str, Any]
    cases: tuple[Case, ...]
    suite: Opened | None = None
    variation: Variation = NOMINAL
    variation_name: str = ""
    deterministic: bool = True
    trajectories: bool = False
    workers: int = 2
    out: Path | None = None
    resume: bool = False

    def evaluation(self, agent: str) -> Evaluation:
        """That of one agent."""
        keep = self.trajectories or self.out is not None
        return Evaluation(agent, self.env, self.cases, self.options, self.deterministic, self.variation, keep)

    def labels(self) -> dict[str, str]:
        """Short names of the agents: of a folder or file its last part, where that tells them apart."""
        short = {agent: Path(agent).name or agent for agent in self.agents}
        counts = Counter(short.values())
        return {agent: name if counts[name] == 1 else agent for agent, name in short.items()}


@dataclass(frozen=True, slots=True)
class Driven:
    """One agent's scores."""

    label: str
    evaluation: Evaluation
    scores: Mapping[str, Any]
    document: Mapping[str, Any]
    """The scores as they are written, without trajectories."""


def drive(session: Session) -> list[Driven]:
    """Every agent, one after another, once all of them can be read. Stopped by Ctrl-C, it says how to go on."""
    from training.policies.agent import check_known

    for agent in session.agents:
        check_known(agent)
        policy_facts(agent)  # a run that cannot be told of in the end is refused now
    if session.out is not None:
        _prepare(session.out, resume=session.resume)
    with nullcontext() if session.out is None else locked(session.out):
        for agent in session.agents[1:]:
            if policy_digest(agent) is not None:
                _fit(session.evaluation(agent))
        return [_drive(session, agent, label) for agent, label in session.labels().items()]


def comparisons(driven: Sequence[Driven]) -> list[compare.Comparison]:
    """Each agent but the first against the first."""
    first = driven[0]
    return [
        compare.compare(first.label, first.scores["per_episode"], other.label, other.scores["per_episode"])
        for other in driven[1:]
    ]


def journal_file(out: Path, label: str) -> Path:
    """Where an agent's episodes are kept."""
    return out / f"{label.replace('/', '_')}.episodes.jsonl"


def _prepare(out: Path, *, resume: bool) -> None:
    if resume:
        make_folders(out=out)
    else:
        make_new(out)


def _fit(evaluation: Evaluation) -> None:
    """Raises ``InputError`` where a policy was trained on other spaces; else that is seen when its turn comes."""
    import envs  # noqa: F401 - registers

    with Driver(evaluation) as driver:
        driver.prepare(evaluation.cases[0])


def _drive(session: Session, agent: str, label: str) -> Driven:
    evaluation = session.evaluation(agent)
    if policy_digest(agent) is not None:
        from training.policies.agent import remark  # loads torch

        remark(agent, evaluation.env, shield=bool(evaluation.options.get("shield")))
    journal = None if session.out is None else Journal(journal_file(session.out, label), evaluation)
    known = journal.read() if journal and session.resume else {}
    arrived, total = sum(r["outcome"] == "success" for r in known.values()), len(evaluation.cases)
    with ExitStack() as stack:
        stack.enter_context(journal.writing(known) if journal else nullcontext())
        bar = stack.enter_context(progress(f"evaluating {label}", total=total - len(known), unit="episodes"))

        def count(result: dict[str, Any]) -> None:
            nonlocal arrived
            arrived += result["outcome"] == "success"
            if journal:
                journal.add(result)
            bar.advance(1, f"success {arrived / (len(known) + bar.completed + 1):.2f}")

        try:
            scores = evaluate(evaluation, session.workers, count, known)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"{bar.completed + len(known):.0f} of {total} episodes of {label} are kept; go on with --resume"
                if journal
                else "nothing was kept; with --out FOLDER it could go on"
            ) from None
        seconds = bar.elapsed
    took = None if known else seconds
    written = document(label, evaluation, scores, session.suite, took, session.variation_name)
    return Driven(label, evaluation, scores, written)
