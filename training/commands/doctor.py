"""Show what this machine runs on: engines, renderer, speed, and what would make it faster."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Args:
    """The flags of ``twin doctor``."""

    json: bool = False
    """Print JSON instead of lines."""


def run(args: Args) -> int:
    """Look, measure and print."""
    from training.machine import examine

    found = examine()
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        _print(found)
    return 0


def _print(found: dict[str, Any]) -> None:
    lines = {
        "twin": found["twin"],
        "Python": f"{found['python']} on {found['platform']}, {found['cpus']} CPUs",
        **{name: number or "not installed" for name, number in found["engines"].items()},
        "renderer": found["renderer_description"],
        "frame": f"{found['ms_per_labelled_frame']:.2f} ms with labels, {found['ms_drawing']:.2f} ms without",
        "": found["measured_on"],
    }
    for name, value in lines.items():
        print(f"{name:<9} {value}")
    if found["advice"]:
        print(found["advice"])
