"""Write the calibration of a robot's or a dataset's cameras as ROS camera_info files.

SOURCE is a robot, by name or file, or the folder of a dataset. The folder given by --out gets one CAMERA.yaml for each.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import make_folders
from twin.errors import InputError

if TYPE_CHECKING:
    from twin.scene import Camera


@dataclass(frozen=True)
class Args:
    """The flags of ``twin calibration``."""

    source: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="SOURCE")]
    """A robot's name or file, or a dataset's folder."""
    out: Path
    """Folder to write to; made where it is missing."""


def run(args: Args) -> int:
    """Write one file for each camera."""
    from twin import calibration

    cameras = _cameras(args.source)
    if not cameras:
        raise InputError(f"{args.source}: has no cameras")
    for name, camera in cameras.items():
        path = args.out / f"{name}.yaml"
        make_folders(out=path.parent)  # a dataset's cameras may have folders in their names
        calibration.write(path, camera.lens, name, _baseline(name, cameras))
        print(f"wrote {path}")
    return 0


def _cameras(source: str) -> "dict[str, Camera]":
    """Cameras by the names of their files, where they are at one time."""
    if Path(source).is_dir():
        return _of_dataset(Path(source))
    import robots
    from twin.scene import Camera

    mounts = robots.load(source).sensors.cameras
    return {mount.name: Camera(mount.name, pose=mount.pose, lens=mount.lens) for mount in mounts}


def _of_dataset(folder: Path) -> "dict[str, Camera]":
    from training.dataset import Dataset
    from training.dataset.cameras import stored_camera
    from training.dataset.schema import EXTRINSICS, INTRINSICS

    dataset = Dataset(folder)
    if not dataset.frames:
        return {}
    episode = dataset.episode(0)
    values = {
        name: episode[name][0] for c in dataset.meta.cameras for name in (c.array(INTRINSICS), c.array(EXTRINSICS))
    }
    return {camera.key: stored_camera(values, camera) for camera in dataset.meta.cameras}


def _baseline(name: str, cameras: "dict[str, Camera]") -> float:
    """Metres to the left camera of a pair; 0 for all but right ones."""
    import numpy as np

    left = cameras.get(f"{name.removesuffix('_right')}_left") if name.endswith("_right") else None
    return float(np.linalg.norm(np.subtract(cameras[name].pose.position, left.pose.position))) if left else 0.0
