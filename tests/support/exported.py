"""Runs exports as the command line does."""

from pathlib import Path
from typing import Any

from training.commands import export as command


def export(dataset: Path, out: Path, format_name: str, **flags: Any) -> Path:
    """``twin export``, with one worker unless told; the folder it wrote."""
    assert command.run(command.Args(str(dataset), out, format=format_name, **{"workers": 1, **flags})) == 0
    return out
