"""Watch the planning expert drive: ``python examples/drive_expert.py --layout cross_dock --out drive.gif``."""

import argparse
from pathlib import Path

import gymnasium as gym
from PIL import Image

from envs import agents

parser = argparse.ArgumentParser(description="Drive the expert through one episode and save what it looks like.")
parser.add_argument("--layout", default="small_warehouse", help="a shipped name or a file")
parser.add_argument("--robot", default="amr")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--steps", type=int, default=600)
parser.add_argument("--out", type=Path, default=Path("drive.gif"))
args = parser.parse_args()

env = gym.make("FactoryTwin/RouteNav-v0", layout=args.layout, robot=args.robot, render_mode="rgb_array")
expert = agents.create("expert", env.unwrapped)
observation, info = env.reset(seed=args.seed)
expert.reset(args.seed)
frames = [env.render()]
for step in range(args.steps):
    observation, reward, terminated, truncated, info = env.step(expert.act(observation))
    if step % 5 == 0:
        frames.append(env.render())
    if terminated or truncated:
        break
env.close()

pictures = [Image.fromarray(frame).reduce(2) for frame in frames]
pictures[0].save(args.out, save_all=True, append_images=pictures[1:], duration=150, loop=0)
print({name: info[name] for name in ("is_success", "spl", "collisions", "distance_to_goal")}, args.out)
