"""How fast environments are made and stepped: ``python benchmarks/env.py [--json]``.

Beside each engine's environment the same scene is stepped by the engine alone, in the same run: the ratio is what
sensors, route, rewards and Python cost, and is comparable between machines where steps per second are not. Rates are
per second of processor time, which is the clock's on an idle machine.
"""

import argparse
import json
import subprocess
import sys
import time
from statistics import median
from typing import Any

import gymnasium
import numpy as np

from envs.factory_env import FactoryEnv

ENV, LAYOUT = "FactoryTwin/RouteNav-v0", "small_warehouse"
MAKE = f"""
import time, gymnasium
began = time.perf_counter()
env = gymnasium.make("{ENV}", layout="{LAYOUT}", engine="ENGINE")
made = time.perf_counter()
env.reset(seed=0)
print(made - began, time.perf_counter() - made)
"""


def making(engine: str, times: int) -> dict[str, float]:
    """Seconds of ``gym.make`` and of the first reset in a new process, the engine's import included."""
    told = [
        subprocess.run([sys.executable, "-c", MAKE.replace("ENGINE", engine)], capture_output=True, check=True)
        for _ in range(times)
    ]
    make, reset = (median(column) for column in zip(*(map(float, t.stdout.split()) for t in told), strict=True))
    return {"make_s": make, "first_reset_s": reset}


def env_rate(env: gymnasium.Env[Any, Any], seconds: float) -> float:
    """Steps per second of processor time, with random actions, resets included."""
    rng = np.random.default_rng(0)
    env.reset(seed=0)
    steps, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        _, _, ended, truncated, _ = env.step(rng.uniform([0.0, -1.0], 1.0).astype(np.float32))
        steps += 1
        if ended or truncated:
            env.reset()
    return steps / (time.process_time() - began)


def engine_rate(env: FactoryEnv, seconds: float) -> tuple[float, float]:
    """Timesteps per second of processor time of the engine alone, driving in a circle, and how many make an action."""
    physics = env.world.physics
    env.reset(seed=0)
    targets = env.robot.drive.targets(np.array([0.3, 0.0, 1.0]), physics.joint_state()[0])
    substeps = round(env.world.control_period / physics.timestep)
    steps, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        physics.command(targets)
        physics.step(substeps)
        steps += substeps
    return steps / (time.process_time() - began), substeps


def measure(engine: str, seconds: float, makes: int) -> dict[str, float | str]:
    """Everything about one engine."""
    env = gymnasium.make(ENV, layout=LAYOUT, engine=engine)
    inner: Any = env.unwrapped
    env_rate(env, min(1.0, seconds))  # compile and warm up
    # In turns, so that what changes in the machine changes for both.
    turns = [(env_rate(env, seconds / 3), *engine_rate(inner, seconds / 3)) for _ in range(3)]
    period = inner.world.control_period
    env.close()
    rates, raw, substeps = (median(column) for column in zip(*turns, strict=True))
    return {
        "engine": engine,
        "env_steps_per_s": rates,
        "engine_timesteps_per_s": raw,
        "timesteps_per_env_step": substeps,
        "share_of_time_in_engine": rates * substeps / raw,
        "times_real_time": rates * period,
        **making(engine, makes),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    parser.add_argument("--makes", type=int, default=3, help="how often to time gym.make")
    args = parser.parse_args()
    results = [measure(engine, args.seconds, args.makes) for engine in ("mujoco", "pybullet")]
    if args.json:
        print(json.dumps({"env": ENV, "layout": LAYOUT, "results": results}, indent=2))
        return
    print(f"{ENV} in {LAYOUT}")
    for name in results[0]:
        cells = [f"{r[name]:>12.4g}" if isinstance(r[name], float | int) else f"{r[name]:>12}" for r in results]
        print(f"{name:>24} {' '.join(cells)}")


if __name__ == "__main__":
    main()
