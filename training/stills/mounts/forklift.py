"""Where a forklift's driver has his eyes: sitting in the cab of a truck, or standing on a reach truck."""

from training.stills.mounts._mount import Mount

MOUNT = Mount(heights=(1.7, 2.3), pitches=(-0.05, 0.35), radius=0.8)
