"""What the world needs to know of a robot's drive; the kinds of drive live in ``robots``."""

from typing import Protocol

from twin.geometry import FloatArray


class Drive(Protocol):
    """Kinematics between the twist of a robot's body and its motors. Stateless, so an episode can be replayed.

    A twist is (vx, vy, yaw rate) in the robot's frame: m/s, m/s, rad/s. Methods serve several robots alike: their
    arrays have one axis more in front.
    """

    @property
    def low(self) -> FloatArray:
        """Smallest twist, (3,); a component that cannot move has equal bounds."""

    @property
    def high(self) -> FloatArray:
        """Largest twist, (3,)."""

    @property
    def max_acceleration(self) -> FloatArray:
        """Largest change of each component, (3,), m/s^2 and rad/s^2."""

    def targets(self, twist: FloatArray, positions: FloatArray) -> FloatArray:
        """Actuator targets for a wanted twist, given the motors' positions (a steered wheel may turn either way)."""

    def twist(self, positions: FloatArray, velocities: FloatArray) -> FloatArray:
        """The twist that wheel odometry sees in the motors' positions and velocities, (3,)."""
