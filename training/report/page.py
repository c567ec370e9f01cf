"""One HTML file from a template: everything escaped, nothing loaded from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, facts: Mapping[str, Any]) -> str:
    """The page; a name that the template uses and ``facts`` lack is an error."""
    return environment().get_template(template).render(facts)


def environment() -> Environment:
    """Where templates find each other and the filters below."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"percent": percent, "duration": duration, "count": count, "size": size}
    return made


def percent(share: float) -> str:
    """``0.775`` as ``77.5 %``, ``1.0`` as ``100 %``, not broken between lines."""
    text = f"{100 * share:.1f}"
    return f"{text.removesuffix('.0')}\N{NO-BREAK SPACE}%"


def duration(seconds: float) -> str:
    """``12.3 s`` below a minute, ``4:05 min`` and ``1:01:40 h`` above."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02} h"


def count(number: float) -> str:
    """``1302`` as ``1,302``."""
    return f"{number:,.0f}"


def size(number: float) -> str:
    """Bytes, as ``19.5 MB``."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} GB"
