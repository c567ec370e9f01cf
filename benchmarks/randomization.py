"""What randomization costs: collection with a scenario against collection without one, in turns of the same run.

Both record the planning expert in RouteNav on the small warehouse, RGB, depth and ids at 128x128 pixels, on one core.
The baseline is our own collection; the goal is at most 25 % fewer frames per second.
A turn is a whole collection, the same episodes in each; what it takes to begin one counts on both sides. The best turn
of each side counts: a machine that is busy with other things only ever adds.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from training.collection import Collection, collect

TURNS, EPISODES, SEED = 4, 12, 1000


def main() -> None:
    """Print seconds of CPU per frame and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="randomized")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {"": [], args.scenario: []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(TURNS + 1):
            for scenario, found in seconds.items():
                per_frame = _collected(Path(folder) / f"{scenario}{turn}.zarr", scenario)
                if turn:  # the first one compiles
                    found.append(per_frame)
    plain, varied = (min(found) for found in seconds.values())
    ratios = sorted(a / b for a, b in zip(seconds[""], seconds[args.scenario], strict=True))
    result = {
        "scenario": args.scenario,
        "cpu_ms_per_frame_without": round(1e3 * plain, 3),
        "cpu_ms_per_frame_with": round(1e3 * varied, 3),
        "speed_kept": round(plain / varied, 3),
        "speed_kept_by_turn": [round(ratio, 3) for ratio in ratios],
        "goal": 0.75,
    }
    if args.json:
        print(json.dumps(result))
        return
    print(f"without a scenario: {result['cpu_ms_per_frame_without']} ms of CPU a frame (the baseline)")
    print(f"with '{args.scenario}': {result['cpu_ms_per_frame_with']} ms a frame")
    print(
        f"{result['speed_kept']:.0%} of the speed is kept (goal: 75 % at least); by turn {result['speed_kept_by_turn']}"
    )


def _collected(out: Path, scenario: str) -> float:
    """Seconds of CPU a frame."""
    options = {"layout": "small_warehouse", "camera_size": (128, 128), **({"scenario": scenario} if scenario else {})}
    begin = time.process_time()
    dataset = collect(Collection(out, "expert", "FactoryTwin/RouteNav-v0", options, EPISODES, SEED))
    return (time.process_time() - begin) / dataset.frames


if __name__ == "__main__":
    main()
