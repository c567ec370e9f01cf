"""Score an agent on seeded episodes: success, SPL, soft SPL, collisions.

AGENT is expert, random, straight or zero, or the folder of a training run.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training.env_flags import EnvFlags
from training.flag_checks import not_negative, positive, writable


@dataclass(frozen=True)
class Args(EnvFlags):
    """The flags of ``twin eval``."""

    agent: Annotated[str, tyro.conf.Positional] = "expert"
    """expert, random, straight, zero, or a run's folder."""
    episodes: int = 100
    """How many; episode k is reset with seed + k."""
    seed: int = 0
    """Of the first episode."""
    stochastic: bool = False
    """Sample a policy's actions in place of taking their mean."""
    workers: int = 2
    """Processes; the scores are the same for any number."""
    json: Path | None = None
    """Write the scores and every episode to this file."""
    trajectories: bool = False
    """Write each episode's way, goal and route too."""


def run(args: Args) -> int:
    """Run the episodes and print the scores."""
    from training.evaluation import Evaluation, evaluate
    from training.progress import progress
    from twin.yaml_files import write_atomically

    positive(episodes=args.episodes, workers=args.workers)
    not_negative(seed=args.seed)
    writable(json=args.json)
    evaluation = Evaluation(
        args.agent,
        args.env,
        args.options(),
        args.episodes,
        args.seed,
        deterministic=not args.stochastic,
        trajectories=args.trajectories,
    )
    ended = {"success": 0, "done": 0}
    with progress(f"evaluating {args.agent}", total=args.episodes, unit="episodes") as bar:

        def count(result: dict[str, object]) -> None:
            ended["done"] += 1
            ended["success"] += result["outcome"] == "success"
            bar.advance(1, f"success {ended['success'] / ended['done']:.2f}")

        scores = evaluate(evaluation, args.workers, count)
    for name, value in scores.items():
        if name != "per_episode":
            print(f"{name:>16}  {value:.4g}" if isinstance(value, float) else f"{name:>16}  {value}")
    if args.json is not None:
        write_atomically(args.json, json.dumps(scores, indent=2))
    return 0
