"""What 200 recorded episodes save: ``python benchmarks/cloning.py [--json] [--target 0.95] [--out FOLDER]``.

The expert's episodes are recorded and cloned, and PPO goes on from there, until so many of the last episodes arrive
(while exploring, as ``--target`` counts). Beside it PPO learns from nothing, in the same run, until the same. By the
clock, start-up included; recording is told, but not counted, because the log is there already. Run it alone.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TASK = ("--layout", "generated", "--generator", "size=20x14", "--shield")
BUDGET = "1200000"


def seconds(*arguments: str) -> float:
    """Of one ``twin`` command, by the clock."""
    began = time.perf_counter()
    subprocess.run([Path(sys.executable).with_name("twin"), *arguments, *TASK], check=True)
    return time.perf_counter() - began


def learned(folder: Path) -> dict[str, Any]:
    """How a run ended."""
    curve: list[dict[str, Any]] = json.loads((folder / "learning_curve.json").read_text())
    return {"steps": curve[-1]["steps"], "success": curve[-1]["success"]}


def measure(out: Path, episodes: int, target: float, updates: int, seed: int) -> dict[str, Any]:
    """Seconds of recording, cloning, going on, and learning from nothing."""
    data, cloned, tuned, scratch = out / "expert.zarr", out / "cloned", out / "tuned", out / "scratch"
    until = ("--steps", BUDGET, "--target", str(target), "--seed", str(seed))
    recording = seconds("collect", "--agent", "expert", "--episodes", str(episodes), "--no-images", "--out", str(data))
    cloning = seconds(
        "train", "--algo", "bc", "--data", str(data), "--steps", str(updates), "--seed", str(seed), "--out", str(cloned)
    )
    tuning = seconds("train", "--from", str(cloned), "--preset", "fine_tune", *until, "--out", str(tuned))
    nothing = seconds("train", *until, "--out", str(scratch))
    return {
        "episodes": episodes,
        "target": target,
        "recording_s": recording,
        "cloning_s": cloning,
        "tuning_s": tuning,
        "tuned": learned(tuned),
        "from_nothing_s": nothing,
        "from_nothing": learned(scratch),
        "ratio": (cloning + tuning) / nothing,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--updates", type=int, default=2000, help="of cloning")
    parser.add_argument("--target", type=float, default=0.95)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="keep the runs in this new folder")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with TemporaryDirectory() as scratch:
        out = args.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        found = measure(out, args.episodes, args.target, args.updates, args.seed)
    if args.json:
        print(json.dumps(found, indent=1))
        return
    print(f"recording {found['episodes']} episodes: {found['recording_s']:.0f} s (not counted)")
    both = found["cloning_s"] + found["tuning_s"]
    print(f"cloning {found['cloning_s']:.0f} s, then PPO {found['tuning_s']:.0f} s: {both:.0f} s, {found['tuned']}")
    print(f"PPO from nothing: {found['from_nothing_s']:.0f} s, {found['from_nothing']}")
    print(f"ratio {found['ratio']:.2f}")


if __name__ == "__main__":
    main()
