"""Show rows of results to a person as a table, to a program as JSON."""

import json
import sys
from collections.abc import Mapping, Sequence


def show(rows: Sequence[Mapping[str, object]], as_json: bool = False) -> None:
    """Write rows that have the same keys to stdout: a table with the keys as its head, or a JSON list."""
    if as_json:
        sys.stdout.write(json.dumps(list(rows), indent=2) + "\n")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*(rows[0] if rows else ()), box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    # A pipe has no width: let a line be as long as it is, so that grep and cut see whole rows.
    console = Console(width=None if sys.stdout.isatty() else 10_000, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    if isinstance(value, list | tuple):
        return " x ".join(_cell(item) for item in value)
    return str(value)


def percent(share: float | None) -> str:
    """A share as people read it; ``-`` where there is none.

    >>> percent(0.1234), percent(None)
    ('12.3', '-')
    """
    return "-" if share is None else f"{100 * share:.1f}"
