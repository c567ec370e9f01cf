"""List the factories that are shipped."""

from collections import Counter
from dataclasses import dataclass

from training.tables import show


@dataclass(frozen=True)
class Args:
    """The flags of ``twin layouts``."""

    json: bool = False
    """Print JSON instead of a table."""


def run(args: Args) -> int:
    """Print name, size and contents of every shipped layout."""
    import factories

    rows = []
    for name in factories.names():
        layout = factories.load(name)
        row: dict[str, object] = {"name": name, "size_m": layout.size, "equipment": len(layout.equipment)}
        if args.json:
            row["kinds"] = dict(Counter(item.type for item in layout.equipment).most_common())
        rows.append({**row, "description": layout.description})
    show(rows, args.json)
    return 0
