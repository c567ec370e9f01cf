"""Worlds stepped together on all cores: who walks, physics and lidars of a control step in compiled calls.

Each does, bit for bit, what ``World.step`` and ``World.lidar`` would do.
"""

from collections.abc import Sequence

import numpy as np

from twin.actors.many import ManyPatrols
from twin.geometry import FloatArray
from twin.sensors.many_lidars import ManyLidars
from twin.sensors.odometry import reckon
from twin.threads import Threads
from twin.world import World, reached


class ManyWorlds:
    """Slots for worlds of one kind of robot, whose engine steps many (``Physics.together``).

    Row k of each array is that of slot k: the worlds see it as their own.
    """

    def __init__(self, first: World, slots: int, threads: Threads) -> None:
        """``first``: one of the worlds, for what all have in common. ``threads``: the caller's to close."""
        mobile = first.mobile
        motors = len(first.scene.actuators)
        together = first.physics.together(slots, motors)
        assert together is not None
        self._engine = together
        self._patrols = ManyPatrols(slots)
        self._lidars = ManyLidars(slots, mobile.sensors.lidar)
        self._drive, self._odometry = mobile.drive, mobile.sensors.odometry
        self._period = first.control_period
        self._worlds: list[World | None] = [None] * slots
        self._count = first.substeps
        self.commands = np.zeros((slots, 3))
        self.odometry_twists = np.zeros((slots, 3))
        self.odometry_poses = np.zeros((slots, 3))
        self._scales = np.ones((slots, 3))
        self._rows = list(zip(self.commands, self.odometry_twists, self.odometry_poses, self._scales, strict=True))
        self._noise = np.empty((slots, 3 + mobile.sensors.lidar.rays))
        self._threads = threads

    @property
    def ranges(self) -> FloatArray:
        """Of the lidars after the last step, (slots, rays), with noise."""
        return self._lidars.ranges

    @property
    def touching(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which robots touched something other than a floor during the last step."""
        return self._engine.touching

    def put(self, slot: int, world: World) -> None:
        """Have a world in a slot from now on, as it is; again after it was reset."""
        before, row = self._worlds[slot], self._rows[slot]
        if before is not None and before is not world and before.command is row[0]:
            before.share(*np.zeros((4, 3)))  # it may come to another slot next, with its numbers
        self._worlds[slot] = world
        world.share(*row)
        world.join(self._engine, self._patrols, self._lidars, slot)

    def step(self, twists: FloatArray, rngs: Sequence[np.random.Generator]) -> None:
        """Drive all robots towards ``twists`` (slots, 3) for one control period, and scan."""
        engine, lidars, drive = self._engine, self._lidars, self._drive
        self.commands[:] = reached(drive, self.commands, twists, self._period)
        targets = np.ascontiguousarray(drive.targets(self.commands, engine.positions))
        # Numbers come as from World.step and then World.lidar: three for odometry, then two a ray.
        for k, (world, rng) in enumerate(zip(self._worlds, rngs, strict=True)):
            assert world is not None
            world.note_motion()
            rng.standard_normal(out=self._noise[k])
            rng.random(out=lidars.chance[k])
        lidars.noise[:] = self._noise[:, 3:]

        def share(first: int) -> None:
            self._patrols.advance(first, self._threads.count, self._period)
            engine.step(first, self._threads.count, self._count, targets)
            lidars.scan(first, self._threads.count)

        self._threads.shares(share)
        seen = drive.twist(engine.positions, engine.velocities)
        noise = self._odometry.noise * self._noise[:, :3]
        reckon(seen, self._scales, noise, self._period, self.odometry_poses, self.odometry_twists)
