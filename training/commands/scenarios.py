"""List the scenarios that are shipped: what differs from episode to episode."""

from dataclasses import dataclass

from training.tables import show


@dataclass(frozen=True)
class Args:
    """The flags of ``twin scenarios``."""

    json: bool = False
    """Print JSON instead of a table."""


def run(args: Args) -> int:
    """Print name, randomizers and description of every shipped scenario."""
    from envs import scenarios

    rows = []
    for name in scenarios.names():
        scenario = scenarios.load(name)
        labels = ", ".join(one.label for one in scenario.randomizers)
        case = scenario.case.type if scenario.case is not None else ""
        rows.append({"name": name, "case": case, "description": scenario.description, "randomizes": labels})
    show(rows, args.json)
    return 0
