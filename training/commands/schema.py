"""Write the JSON Schema of layout files, for editors that check and complete them.

In an editor with the YAML language server, start a layout with `# yaml-language-server: $schema=layout.schema.json`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from training.flag_checks import writable


@dataclass(frozen=True)
class Args:
    """The flags of ``twin schema``."""

    out: Path | None = None
    """File to write; without it the schema is printed."""


def run(args: Args) -> int:
    """Print or write the schema."""
    import factories
    from twin.yaml_files import write_atomically

    writable(out=args.out)
    text = json.dumps(factories.json_schema(), indent=2, sort_keys=True) + "\n"
    if args.out is None:
        print(text, end="")
    else:
        write_atomically(args.out, text)
        print(f"wrote {args.out}")
    return 0
