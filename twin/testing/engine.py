"""What all parts of the physics contract share: making an engine and running it."""

from collections.abc import Iterator
from contextlib import contextmanager

from twin.physics.base import Physics
from twin.scene import Scene


class EngineTests:
    """Base of the parts. ``create`` is all a subclass defines."""

    def create(self, scene: Scene) -> Physics:
        """The engine under test, at its default timestep."""
        raise NotImplementedError

    @contextmanager
    def running(self, scene: Scene, seconds: float = 0.0) -> Iterator[Physics]:
        """An engine that has already run for some time."""
        with self.create(scene) as physics:
            if seconds:
                self.run(physics, seconds)
            yield physics

    @staticmethod
    def run(physics: Physics, seconds: float) -> None:
        """Step for a time."""
        physics.step(round(seconds / physics.timestep))
