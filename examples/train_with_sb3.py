"""Plain Stable-Baselines3 on our environments: ``python examples/train_with_sb3.py --steps 200000``.

``twin train`` does the same with settings that are tuned, checkpoints and a safe file format.
"""

import argparse
from pathlib import Path

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

parser = argparse.ArgumentParser(description="Train PPO on generated factories.")
parser.add_argument("--steps", type=int, default=200_000)
parser.add_argument("--envs", type=int, default=8, help="environments side by side")
parser.add_argument("--out", type=Path, default=Path("ppo_route_nav.zip"))
args = parser.parse_args()

torch.set_num_threads(1)  # on networks this small, threads only wait for each other
options = {"layout": "generated", "generator": {"size": (16, 12), "seeds": (0, 20)}}
env = make_vec_env("FactoryTwin/RouteNav-v0", args.envs, seed=0, env_kwargs=options)
model = PPO("MultiInputPolicy", env, n_steps=128, batch_size=256, seed=0, verbose=1, device="cpu")
model.learn(args.steps)
model.save(args.out)

observations = env.reset()
arrived = ended = 0
while ended < args.envs:
    actions, _ = model.predict(observations, deterministic=True)
    observations, _, dones, infos = env.step(actions)
    ended += int(dones.sum())
    arrived += sum(info["is_success"] for info, done in zip(infos, dones, strict=True) if done)
print(f"{arrived} of {ended} episodes succeeded; the policy is in {args.out}")
env.close()
