"""What a scenario looks like: ``python examples/scenario_sheet.py --scenario randomized --out sheet.jpg``."""

import argparse
from pathlib import Path

import gymnasium as gym
import numpy as np
from PIL import Image

parser = argparse.ArgumentParser(description="The first picture of a dozen episodes of a scenario.")
parser.add_argument("--scenario", default="randomized", help="a shipped name or a file")
parser.add_argument("--layout", nargs="+", default=["small_warehouse", "assembly_line"])
parser.add_argument("--columns", type=int, default=4)
parser.add_argument("--rows", type=int, default=3)
parser.add_argument("--out", type=Path, default=Path("sheet.jpg"))
args = parser.parse_args()

env = gym.make(
    "FactoryTwin/RouteNav-v0", layout=args.layout, scenario=args.scenario, obs=("lidar", "rgb"), camera_size=(320, 240)
)
pictures = [env.reset(seed=seed)[0]["rgb"] for seed in range(args.rows * args.columns)]
env.close()

rows = [np.concatenate(pictures[k : k + args.columns], axis=1) for k in range(0, len(pictures), args.columns)]
Image.fromarray(np.concatenate(rows)).save(args.out, quality=85)
print(args.out)
