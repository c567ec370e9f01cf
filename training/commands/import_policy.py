"""Make a safe policy file of a zip of Stable-Baselines3, which is a pickle.

Opening a pickle runs whatever code its maker put in: only with --trust-pickle, for files of people you trust.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training.flag_checks import ending, writable


@dataclass(frozen=True)
class Args:
    """The flags of ``twin import-policy``."""

    zip: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="ZIP")]
    """File that ``model.save`` wrote."""
    out: Path = Path("policy.safetensors")
    """File to write; it ends in .safetensors."""
    algo: str = "ppo"
    """What learned it: ppo, recurrent_ppo, sac or tqc."""
    env: str = "FactoryTwin/RouteNav-v0"
    """What it was trained on, for its card."""
    trust_pickle: bool = False
    """Open the pickle, and so run the code in it."""


def run(args: Args) -> int:
    """Convert."""
    from training.policies.sb3_zip import convert

    writable(out=args.out)
    ending(".safetensors", out=args.out)
    convert(args.zip, args.out, algo=args.algo, env=args.env, trust_pickle=args.trust_pickle)
    print(f"policy: {args.out}")
    return 0
