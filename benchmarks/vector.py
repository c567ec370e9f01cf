"""How fast many environments are stepped: ``python benchmarks/vector.py [--json] [--quick]``.

``gymnasium.make_vec`` gives one ``FactoryVectorEnv``; beside it Gymnasium's own vector environments step the same
single environments in the same run, and MuJoCo's ``batch.Batch`` steps the engine alone. Random driving, resets
included, on generated layouts. Last, PPO with RouteNav's preset learns in as many environments for a minute, on the
same layouts: steps a second with its updates, beside the engine's rate of the same run. By the clock, because threads
and processes are part of what is measured: run it alone.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import gymnasium
import mujoco
import numpy as np
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from mujoco import batch

import envs
from envs.factory_env import FactoryEnv
from envs.vector_env import FactoryVectorEnv
from training.policies import presets
from training.policies.config import TrainConfig
from training.policies.run import Run
from training.policies.train import train
from training.progress import progress

assert envs.__name__  # importing it registers the environments

ENV = "FactoryTwin/RouteNav-v0"
OPTIONS: dict[str, Any] = {"layout": "generated", "generator": {"seeds": (0, 16)}, "keep_sites": 16}


class Driving:
    """The same wandering for all: forwards, turning more or less."""

    def __init__(self, count: int) -> None:
        self._rng = np.random.default_rng(0)
        self._turn = np.zeros(count)

    def actions(self) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """(count, 2)."""
        self._turn = np.clip(0.9 * self._turn + 0.2 * self._rng.normal(size=len(self._turn)), -1, 1)
        return np.stack([np.full(len(self._turn), 0.5), self._turn], axis=1).astype(np.float32)


def rate(env: Any, steps: int) -> float:
    """Steps a second of all environments together, after as many to get going."""
    driving = Driving(env.num_envs)
    env.reset(seed=0)
    times = []
    for _ in range(2):
        began = time.perf_counter()
        for _ in range(steps):
            env.step(driving.actions())
        times.append(time.perf_counter() - began)
    return float(env.num_envs * steps / times[-1])


def single() -> gymnasium.Env[Any, Any]:
    """One environment, as Gymnasium makes it."""
    return gymnasium.make(ENV, disable_env_checker=True, **OPTIONS)


def engine_rate(count: int, periods: int) -> float:
    """Control periods a second of the engine alone: ``count`` robots in one layout, driving in circles."""
    env = FactoryEnv("RouteNav", **OPTIONS)
    env.reset(seed=0)
    physics: Any = env.world.physics
    model = physics._model
    simulations = batch.Batch(model, count, len(os.sched_getaffinity(0)), persistent=True)
    simulations.reset()
    simulations.ctrl[:] = env.robot.drive.targets(np.array([0.5, 0.0, 0.5]), physics.joint_state()[0])
    substeps = round(env.world.control_period / physics.timestep)
    rates = []
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(periods):
            simulations.step(nstep=substeps, stage=mujoco.mjtStage.mjSTAGE_VEL)
        rates.append(count * periods / (time.perf_counter() - began))
    env.close()
    return median(rates)


Act = Callable[[Any], "np.ndarray[Any, np.dtype[np.float32]]"]


def wandering(count: int) -> Act:
    """``Driving``, which sees nothing and soon runs into something: 26 of 1,000 steps end an episode."""
    driving = Driving(count)
    return lambda _: driving.actions()


def shipped(_count: int) -> Act:
    """The shipped policy, as evaluation and the later part of training drive: 10 of 1,000 steps end an episode."""
    from training.policies import reference
    from training.policies.policy_file import load_policy

    policy, _ = load_policy(reference.located("route_nav"))
    return lambda observation: policy.predict(observation, deterministic=False)[0]


def compiled_share(count: int, steps: int, driver: Callable[[int], Act]) -> float:
    """Share of the time of one thread that goes into physics and lidars; the driver's own time does not count."""
    env = FactoryVectorEnv("RouteNav", count, threads=1, shield=driver is shipped, **OPTIONS)
    act = driver(count)
    observation, _ = env.reset(seed=0)
    worlds: Any = env._worlds
    spent = 0.0

    def timed(call: Callable[..., None]) -> Callable[..., None]:
        def measured(*arguments: Any) -> None:
            nonlocal spent
            began = time.perf_counter()
            call(*arguments)
            spent += time.perf_counter() - began

        return measured

    worlds._engine.step = timed(worlds._engine.step)
    worlds._lidars.scan = timed(worlds._lidars.scan)
    for _ in range(steps):
        observation = env.step(act(observation))[0]
    spent = stepping = 0.0
    for _ in range(steps):
        action = act(observation)
        began = time.perf_counter()
        observation = env.step(action)[0]
        stepping += time.perf_counter() - began
    env.close()
    return spent / stepping


def ppo_rate(count: int, budget: dict[str, Any], **changes: Any) -> float:
    """Steps a second of PPO from the end of its first rollout, in which layouts are made, to that of its last one.

    ``budget``: ``minutes`` or ``steps``. ``changes``: of the preset's settings.
    """
    settings = presets.for_env(ENV).of("ppo").model_copy(update={"n_envs": count, **changes})
    options = {name: OPTIONS[name] for name in ("layout", "generator")}
    config = TrainConfig(env=ENV, env_options=options, settings=settings, **budget)
    with TemporaryDirectory() as folder, progress("PPO", total=100, unit="%") as bar:
        curve = train(Run.create(Path(folder) / "run", config), bar).curve
    first, last = curve[0], curve[-1]
    return float((last["steps"] - first["steps"]) / max(last["seconds"] - first["seconds"], 1e-9))


def main() -> None:
    """Measure and print."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--json", action="store_true")
    flags.add_argument("--quick", action="store_true", help="only whether everything runs; the figures mean nothing")
    flags.add_argument("--num-envs", type=int, default=64)
    given = flags.parse_args()
    count, steps = (4, 3) if given.quick else (given.num_envs, 60)
    makers = [single] * count
    found: dict[str, float] = {}
    for name, make in (
        ("ours", lambda: gymnasium.make_vec(ENV, count, **OPTIONS)),
        ("sync", lambda: SyncVectorEnv(makers)),
        ("async", lambda: AsyncVectorEnv(makers)),
    ):
        env = make()
        found[name] = rate(env, steps)
        env.close()
    found["engine"] = engine_rate(count, steps)
    if given.quick:
        found["ppo"] = ppo_rate(count, {"steps": 48 * count}, n_steps=16, batch_size=32)
    else:
        found["ppo"] = ppo_rate(count, {"minutes": 1.0})
    result = {
        "num_envs": count,
        "steps_per_s": found["ours"],
        "sync_steps_per_s": found["sync"],
        "async_steps_per_s": found["async"],
        "engine_periods_per_s": found["engine"],
        "against_sync": found["ours"] / found["sync"],
        "against_async": found["ours"] / found["async"],
        "against_engine_alone": found["ours"] / found["engine"],
        "physics_and_lidar_wandering": compiled_share(count, steps, wandering),
        "physics_and_lidar_by_policy": compiled_share(count, steps, shipped),
        "ppo_steps_per_s": found["ppo"],
        "ppo_against_engine_alone": found["ppo"] / found["engine"],
    }
    if given.json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name:30s} {value:10.2f}")


if __name__ == "__main__":
    main()
