"""A camera under the roof or high on a wall, that looks down."""

from training.stills.mounts._mount import Mount

MOUNT = Mount(heights=(2.8, 6.0), pitches=(0.35, 1.2), radius=0.3, stands=False)
