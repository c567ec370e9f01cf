"""Does synthetic data teach? One study, one command: ``python benchmarks/perception.py --out out/perception``.

A small network learns to see the classes of warehouses from (a) plain synthetic stills, (b) randomized ones, (c) those
brought nearer to the target by a bridge, (d) those and 20 labelled frames of the target, (e) the 20 frames alone. It
is tested on a plant that nothing else was learned from, drawn by two other renderers. Stopped with Ctrl-C, the same
command goes on. ``--publish`` writes the table into docs/perception.md; ``--quick`` only shows that everything runs.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from perception_arms import ARMS, Sample, Study, Task, derive, samples, tasks, work
from perception_data import Recipe, complete, record
from perception_table import publish, table

from training.progress import progress
from training.workers import share


def main(arguments: Sequence[str] | None = None) -> int:
    given = _flags().parse_args(arguments)
    study = Study() if not given.quick else Study.quick()
    study = Study(**{**asdict(study), **{k: v for k, v in vars(given).items() if k in asdict(study) and v is not None}})
    given.out.mkdir(parents=True, exist_ok=True)
    _same(given.out / "study.json", study)
    try:
        _record(study, given.out, given.workers)
        _derive(study, given.out, given.workers)
        _train(study, given.out, given.workers)
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return 130
    results = _results(study, given.out)
    print(table(results))
    if given.publish:
        publish(results)
    return 0


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--out", type=Path, default=Path("out/perception"), help="data, runs and results; kept")
    flags.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    flags.add_argument("--seeds", type=int, help="trainings of each arm (5)")
    flags.add_argument("--steps", type=int, help="of a training from nothing")
    flags.add_argument("--halls", type=int, help="generated to learn from")
    flags.add_argument(
        "--quick", action="store_true", help="everything once, small: shows that it runs, not what it says"
    )
    flags.add_argument("--publish", action="store_true", help="write docs/perception.md and benchmarks/results")
    return flags


def _same(path: Path, study: Study) -> None:
    """What is in the folder must be of this study."""
    now = json.loads(json.dumps(asdict(study)))
    if path.exists() and json.loads(path.read_text()) != now:
        raise SystemExit(f"error: {path.parent} holds a study of other settings; choose another --out, or delete it")
    path.write_text(json.dumps(now, indent=2))


def _record(study: Study, out: Path, workers: int) -> None:
    data = out / "data"
    data.mkdir(exist_ok=True)
    missing = [recipe for recipe in study.recipes() if not complete(recipe, data)]
    if not missing:
        return
    with _timed(out, "recording"), progress("recording", sum(r.frames for r in missing), "stills") as bar:
        _shared(partial(_recorder, data), missing, workers, bar.advance)


@contextmanager
def _recorder(data: Path, _: int) -> Iterator[Callable[[Recipe], int]]:
    def do(recipe: Recipe) -> int:
        record(recipe, data)
        return recipe.frames

    yield do


def _derive(study: Study, out: Path, workers: int) -> None:
    """Before all trainings, each by one process: (c), (d) and (e) of a seed share it."""
    missing = [s for s in samples(study) if not (s.few(out).exists() and s.bridged(out).exists())]
    if not missing:
        return
    with _timed(out, "recording"), progress("bridging", len(missing), "samples") as bar:
        _shared(partial(_deriver, study, out), missing, workers, bar.advance)


@contextmanager
def _deriver(study: Study, out: Path, _: int) -> Iterator[Callable[[Sample], int]]:
    yield lambda sample: derive(study, sample, out)


def _train(study: Study, out: Path, workers: int) -> None:
    """First what starts from nothing, then what goes on from it."""
    todo = [task for task in tasks(study) if not task.scores(out).exists()]
    if not todo:
        return
    with _timed(out, "training"), progress("training", sum(task.steps(study) for task in todo), "steps") as bar:
        for late in (False, True):
            _shared(partial(_trainer, study, out), [t for t in todo if t.arm.after is late], workers, bar.advance)


@contextmanager
def _trainer(study: Study, out: Path, _: int) -> Iterator[Callable[[Task], int]]:
    yield lambda task: work(study, task, out)


def _shared(job: Any, todo: Sequence[Any], workers: int, done: Callable[[int], None]) -> None:
    died = share(job, todo, workers, done)
    if died:
        raise SystemExit("error: " + "; ".join(died))


@contextmanager
def _timed(out: Path, what: str) -> Iterator[None]:
    """Adds up over the sittings of a study how long each part took."""
    path, began = out / "seconds.json", time.monotonic()
    try:
        yield
    finally:
        spent = json.loads(path.read_text()) if path.exists() else {}
        spent[what] = round(spent.get(what, 0.0) + time.monotonic() - began, 1)
        path.write_text(json.dumps(spent))


def _results(study: Study, out: Path) -> dict[str, Any]:
    rows = [row for task in tasks(study) for row in json.loads(task.scores(out).read_text())]
    spent = json.loads((out / "seconds.json").read_text())
    found = {"study": asdict(study), "arms": {arm.name: arm.words for arm in ARMS}, "seconds": spent, "rows": rows}
    (out / "results.json").write_text(json.dumps(found, indent=2))
    return found


if __name__ == "__main__":
    sys.exit(main())
