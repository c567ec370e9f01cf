"""A camera that somebody holds or wears on the head."""

from training.stills.mounts._mount import Mount

MOUNT = Mount(heights=(1.3, 1.9), pitches=(-0.1, 0.45), radius=0.35, share=2.0)
