"""A policy on a robot: only onnxruntime and NumPy. ``twin export-policy RUN`` makes the file.

python examples/run_policy_onnx.py policy.onnx
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime


class Policy:
    """``act`` once a control period; ``reset`` where an episode begins."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.about = json.loads(self.session.get_modelmeta().custom_metadata_map["factory_twin"])
        self.spaces = self.about["observation_space"]["dict"]
        self.reset()

    def reset(self) -> None:
        """Forget what was; a policy without memory has nothing to forget."""
        shape = self.about["memory"]
        self.memory = {name: np.zeros(shape, np.float32) for name in ("hidden", "cell") if shape}

    def act(self, observations: dict) -> np.ndarray:
        """The action, each component in [-1, 1] of the drive's limits, for observations named as in training."""
        given = {}
        for name, space in self.spaces.items():
            given[name] = np.asarray(observations[name], space["dtype"])[None]
            if list(given[name].shape[1:]) != space["shape"]:
                raise ValueError(f"{name} should be {space['shape']}, not {list(given[name].shape[1:])}")
        action, *after = self.session.run(None, given | self.memory)
        self.memory = dict(zip(self.memory, after, strict=True))
        return action[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Run a policy on observations drawn at random.")
    parser.add_argument("policy", type=Path)
    parser.add_argument("--steps", type=int, default=200)
    args = parser.parse_args()
    if args.steps < 1 or not args.policy.is_file():
        parser.error("--steps should be at least 1" if args.steps < 1 else f"{args.policy}: no such file")
    policy, rng = Policy(args.policy), np.random.default_rng(0)
    print(f"{policy.about['env']}, {policy.about['algo']}, observes {', '.join(sorted(policy.spaces))}")
    began = time.perf_counter()
    for _ in range(args.steps):
        seen = {}
        for name, space in policy.spaces.items():
            seen[name] = rng.uniform(0, 255 if space["dtype"] == "uint8" else 1, space["shape"])
        action = policy.act(seen)
    taken = 1e3 * (time.perf_counter() - began) / args.steps
    print(f"last action {', '.join(f'{a:.3f}' for a in action)}, {taken:.2f} ms a step")
