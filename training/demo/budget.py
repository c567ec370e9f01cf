"""How much the demo does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Sizes of its steps, as flags of the commands."""

    episodes: int
    """Recorded by the expert."""
    image_size: str
    """Of the robot's camera, WIDTHxHEIGHT."""
    train: tuple[str, ...]
    """Where, how and how long to train."""
    shield: bool
    """Whether agents are trained and scored behind the safety shield: minutes are enough to learn to follow routes, not
    to learn to brake as well."""
    generated: int
    """Episodes of each agent in generated factories."""
    shipped: int
    """Episodes of each agent in shipped factories."""
    workers: int
    """Processes that train and evaluate."""
    frames: int
    """Shown in the report."""


FULL = Budget(
    episodes=6,
    image_size="320x240",
    train=("--layout", "generated", "--generator", "size=20x14", "--minutes", "4"),
    shield=True,
    generated=24,
    shipped=8,
    workers=2,
    frames=5,
)
"""Under 8 minutes on two cores without a GPU."""

QUICK = Budget(
    episodes=2,
    image_size="128x96",
    train=("--layout", "small_warehouse", "--preset", "smoke", "--steps", "1600"),
    shield=False,  # episodes end sooner without
    generated=2,
    shipped=2,
    workers=1,
    frames=2,
)
"""Shows that every step works; what it learns is nothing."""
