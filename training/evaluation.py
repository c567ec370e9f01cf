"""Running an agent for a number of seeded episodes and scoring it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import gymnasium
import numpy as np

EpisodeResult = dict[str, Any]
MEANS = ("success", "spl", "soft_spl", "collisions")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What to run: an agent (a name or a run's folder) for episodes seeded ``seed``, ``seed + 1``..."""

    agent: str
    env: str
    options: Mapping[str, Any] = field(default_factory=dict)
    episodes: int = 100
    seed: int = 0
    deterministic: bool = True
    trajectories: bool = False
    """Keep the robot's way and the goal of every episode."""


def evaluate(
    evaluation: Evaluation, workers: int = 1, done: Callable[[EpisodeResult], None] = lambda _: None
) -> dict[str, Any]:
    """Means over all episodes, then each episode; the same whatever the number of ``workers``.

    ``done`` is called as each episode ends.
    """
    seeds = [evaluation.seed + i for i in range(evaluation.episodes)]
    results: list[EpisodeResult] = []
    for result in _run(evaluation, seeds, workers):
        results.append(result)
        done(result)
    return summarize(sorted(results, key=lambda r: int(r["seed"])))


def summarize(results: list[EpisodeResult]) -> dict[str, Any]:
    """The scores of a list of episodes."""
    means = {name: float(np.mean([r[name] for r in results])) for name in MEANS}
    arrived = [r["time_to_goal"] for r in results if r["success"]]
    return {
        **means,
        "episodes": len(results),
        "collision_rate": float(np.mean([r["collisions"] > 0 for r in results])),
        "time_to_goal": float(np.mean(arrived)) if arrived else None,
        "path_length": float(np.mean([r["path_length"] for r in results])),
        "per_episode": results,
    }


def _run(evaluation: Evaluation, seeds: list[int], workers: int) -> Iterator[EpisodeResult]:
    if workers <= 1:
        yield from run_episodes(evaluation, seeds)
        return
    # A few seeds a task keep layouts loaded between episodes and the progress bar moving.
    size = max(1, min(10, len(seeds) // workers))
    tasks = [seeds[i : i + size] for i in range(0, len(seeds), size)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        futures = [pool.submit(_episodes, evaluation, task) for task in tasks]
        try:
            for future in as_completed(futures):
                yield from future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _one_thread() -> None:
    import signal

    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def _episodes(evaluation: Evaluation, seeds: list[int]) -> list[EpisodeResult]:
    return list(run_episodes(evaluation, seeds))


def run_episodes(evaluation: Evaluation, seeds: list[int]) -> Iterator[EpisodeResult]:
    """Run the episodes of ``seeds`` one after another in this process."""
    import envs  # noqa: F401 - registers
    from training.policies.agent import resolve

    env = gymnasium.make(evaluation.env, disable_env_checker=True, **evaluation.options)
    try:
        inner: Any = env.unwrapped
        agent = resolve(evaluation.agent, inner, evaluation.seed, deterministic=evaluation.deterministic)
        for seed in seeds:
            observation, info = env.reset(seed=seed)
            agent.reset(seed)
            way = [inner.state.pose[:2]]
            total, ended, truncated = 0.0, False, False
            while not (ended or truncated):
                observation, reward, ended, truncated, info = env.step(agent.act(observation))
                total += float(reward)
                way.append(inner.state.pose[:2])
            result = {"seed": seed, **info, "reward": total, "outcome": outcome(info, truncated=truncated)}
            if evaluation.trajectories:
                result |= {"trajectory": way, "goal": inner.state.goal, "route": inner.navigator.route.tolist()}
            yield result
    finally:
        env.close()


def outcome(info: Mapping[str, Any], *, truncated: bool) -> str:
    """How an episode ended: ``success``, ``collision`` or ``timeout``."""
    if info["is_success"]:
        return "success"
    return "collision" if info["collisions"] or not truncated else "timeout"
