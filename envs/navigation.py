"""What a navigation task knows at one control step: the arguments of every reward, metric and observation."""

from dataclasses import dataclass

from twin.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class NavigationState:
    """The truth of one step; lengths in metres, angles in radians, twists as (vx, vy, yaw rate) of the robot."""

    time: float
    """Seconds since the episode began."""
    pose: tuple[float, float, float]
    """x, y, heading in the world."""
    twist: FloatArray
    """As wheel odometry measures it."""
    action: FloatArray
    previous_action: FloatArray
    goal: tuple[float, float]
    """Where to arrive, in the world."""
    distance_to_goal: float
    """Along the shortest way on the known map."""
    previous_distance: float
    straight_distance: float
    """As the crow flies."""
    lidar: FloatArray
    """Ranges (rays,), with noise."""
    previous_lidar: FloatArray
    clearance: float
    """Smallest of the ranges."""
    contact: bool
    """The robot touches something other than the floor."""
    arrived: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """Running totals of an episode."""

    initial_distance: float
    """Shortest way from the start to the goal on the known map; what ``spl`` compares with."""
    path_length: float = 0.0
    collisions: int = 0
    """Contacts that began; staying in touch counts once."""
    steps: int = 0
