"""A dataset of the expert in two shipped factories, made by the real recorder."""

from pathlib import Path
from typing import Any


def record(path: Path, seeds: range, steps: int, *, images: bool = True, **about: Any) -> Path:
    """An episode of at most ``steps`` for each of ``seeds``, with 64x48 camera images or none.

    ``about`` goes to ``describe``.
    """
    import gymnasium

    import envs
    from envs import agents
    from training.dataset import DatasetWriter
    from training.dataset.recorder import RecordDataset, describe, robot_cameras

    assert envs.__name__  # importing it registers the environments
    options = {"layout": ["small_warehouse", "cross_dock"], "camera_size": (64, 48)}
    env = gymnasium.make("FactoryTwin/RouteNav-v0", max_episode_steps=steps, **options)
    cameras = robot_cameras(env) if images else []
    agent = agents.create("expert", env.unwrapped)
    with DatasetWriter.create(path, describe(env, cameras, licence="CC-BY-4.0", seed=5, **about)) as writer:
        recorder = RecordDataset(env, writer, cameras, agent="expert")
        for seed in seeds:
            observation, _ = recorder.reset(seed=seed)
            agent.reset(seed)
            ended = truncated = False
            while not (ended or truncated):
                observation, _, ended, truncated, _ = recorder.step(agent.act(observation))
    env.close()
    return path
