"""List the robots that are shipped."""

from dataclasses import dataclass

from training.tables import show


@dataclass(frozen=True)
class Args:
    """The flags of ``twin robots``."""

    json: bool = False
    """Print JSON instead of a table."""


def run(args: Args) -> int:
    """Print name, size and limits of every shipped robot."""
    import robots

    rows = []
    for name in robots.names():
        robot = robots.load(name)
        footprint = robot.footprint
        length, width = (footprint.max(axis=0) - footprint.min(axis=0)).tolist()
        forward, _, turn = robot.drive.high.tolist()
        rows.append(
            {
                "name": name,
                "size_m": (length, width, robot.height),
                "speed_m_s": forward,
                "turn_rad_s": turn,
                "description": robot.model.description,
            }
        )
    show(rows, args.json)
    return 0
