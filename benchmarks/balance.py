"""Asked for equal numbers over LOCO's five classes and three bins of occlusion: ``python benchmarks/balance.py``.

Prints the table of counts, the frames it took, and beside both the unsteered run of as many frames. Two ideal samplers
stand beside it: one whose frames hold, on the mean, as many objects that count as random stills do, all of them wanted;
and the linear programme's bound, the shortest mixture of all frames that were looked at. ``--json`` for programs.
"""

import argparse
import json
import time

from training.balance.report import report
from training.balance.steer import steer
from training.balance.table import lines, table
from training.balance.targets import TargetsFile, of
from training.stills.recording import Stills
from training.stills.stages import Stages
from training.tables import show
from twin.lenses import Lens

LOCO = ("forklift", "pallet_truck", "pallet", "small_load_carrier", "stillage")
LAYOUTS = ("assembly_line", "cross_dock", "narrow_aisles", "small_warehouse")
OCCLUSION = ("clear", "partly", "mostly")
FOV = 1.047


def main() -> None:
    """Search, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--objects", type=int, default=750)
    parser.add_argument("--episodes", type=int, default=20)
    parser.add_argument("--stills", type=int, default=20)
    parser.add_argument("--size", type=int, nargs=2, default=(160, 120))
    parser.add_argument("--layout", nargs="+", default=LAYOUTS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    shares = {"class": dict.fromkeys(LOCO, 1.0), "occlusion": dict.fromkeys(OCCLUSION, 1.0)}
    width, height = args.size
    targets = of(TargetsFile(objects=args.objects, shares=shares))
    stages = Stages(tuple(args.layout), Lens.from_fov(width, height, FOV), args.seed)
    began, cpu = time.perf_counter(), time.process_time()
    search = steer(Stills("", stages, args.stills, args.episodes), targets, args.workers)
    seconds = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    found = report(search, ", ".join(args.layout))
    if args.json:
        print(json.dumps(found.model_dump(mode="json") | seconds, indent=2))
        return
    show(table(found))
    print("\n".join(lines(found)))
    asked = [row for row in found.cells if row.asked]
    worst = max(abs(row.got - row.asked) / row.asked for row in asked)
    unsteered = max(abs(row.unsteered - row.asked) / row.asked for row in asked)
    print(f"furthest from its target: {worst:.1%}; unsteered {unsteered:.1%}")
    for name, frames in found.ideal_frames:
        if frames:
            print(f"{found.frames / frames:.2f} x the frames of the ideal sampler {name.replace('_', ' ')}")
    print(f"{seconds['cpu_seconds']:.0f} s of CPU time in this process, {seconds['seconds']:.0f} s")


if __name__ == "__main__":
    main()
