"""YAML as people write it: block style, keys in their order."""

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML


def plain_yaml(value: Mapping[str, Any]) -> str:
    """A mapping of plain values as text."""
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.dump(dict(value), text)
    return text.getvalue()
