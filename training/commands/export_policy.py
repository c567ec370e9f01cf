"""Write a policy as ONNX, for a robot that has only onnxruntime and NumPy.

The file is compared with the policy on random observations first. examples/run_policy_onnx.py runs it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training.flag_checks import ending, writable


@dataclass(frozen=True)
class Args:
    """The flags of ``twin export-policy``."""

    policy: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="POLICY")]
    """A run's folder, a policy file, or the name of a shipped policy."""
    out: Path = Path("policy.onnx")
    """File to write; it ends in .onnx."""


def run(args: Args) -> int:
    """Export, and print how much its actions differ."""
    from training.policies.onnx_file import SAMPLES, export

    writable(out=args.out)
    ending(".onnx", out=args.out)
    error = export(args.policy, args.out)
    print(f"{args.out}: actions differ by at most {error:.1e} on {SAMPLES} random observations")
    return 0
