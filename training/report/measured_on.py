"""What something was measured on: hardware and versions."""

import platform
from importlib import metadata
from pathlib import Path

from twin import extensions
from twin.threads import cores

PACKAGES = ("mujoco", "pybullet", "gymnasium", "stable-baselines3", "torch", "zarr", "numpy", "moderngl", "embreex")


def machine() -> dict[str, str]:
    """Processor, cores this process may use, memory, system, Python: name -> value."""
    return {
        "processor": _processor(),
        "cores": str(cores()),
        "memory": _memory(),
        "system": f"{platform.system()}, {platform.machine()}",
        "Python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """Version of the project and of each package that decides a figure; those not installed are left out."""
    found = {"factory-twin": extensions.version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown"


def _memory() -> str:
    for line in _lines(Path("/proc/meminfo")):
        name, _, value = line.partition(":")
        if name == "MemTotal":
            return f"{int(value.split()[0]) / 1e6:.1f} GB"
    return "unknown"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
