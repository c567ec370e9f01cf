"""Policies that come with the package, one a task: ``<task>.safetensors``, made as docs/training.md says."""

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Those that are shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.safetensors"))


def located(policy: str | Path) -> Path:
    """The file of a shipped policy by its name; any other path as it is."""
    return FOLDER / f"{policy}.safetensors" if str(policy) in names() and not Path(policy).exists() else Path(policy)
