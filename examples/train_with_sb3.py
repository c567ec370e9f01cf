"""Plain Stable-Baselines3 on our environments: ``python examples/train_with_sb3.py --steps 200000``."""

import argparse
from pathlib import Path

import gymnasium
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecMonitor

from training.policies.vec_env import GymnasiumVecEnv

parser = argparse.ArgumentParser(description="Train PPO on generated factories.")
parser.add_argument("--steps", type=int, default=200_000)
parser.add_argument("--envs", type=int, default=16, help="environments side by side")
parser.add_argument("--out", type=Path, default=Path("ppo_route_nav.zip"))
args = parser.parse_args()

torch.set_num_threads(1)  # on networks this small, threads only wait for each other
options = {"layout": "generated", "generator": {"size": (16, 12), "seeds": (0, 20)}, "keep_sites": 20}
env = VecMonitor(GymnasiumVecEnv(gymnasium.make_vec("FactoryTwin/RouteNav-v0", args.envs, **options)))
model = PPO("MultiInputPolicy", env, n_steps=128, batch_size=256, seed=0, verbose=1, device="cpu")
model.learn(args.steps)
model.save(args.out)  # a pickle: `twin import-policy` makes a file of it that is safe to give away

reward, _ = evaluate_policy(model, env, n_eval_episodes=args.envs)
print(f"mean reward {reward:.2f} over {args.envs} episodes; the policy is in {args.out}")
env.close()
