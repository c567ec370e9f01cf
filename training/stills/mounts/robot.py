"""A camera on a driving robot: low, about level."""

from training.stills.mounts._mount import Mount

MOUNT = Mount(heights=(0.25, 1.2), pitches=(-0.15, 0.2), radius=0.45, share=2.0)
