"""Packages that come with an extra."""

import importlib
from typing import Any

from twin.errors import InputError


def required(module: str, extra: str) -> Any:
    """An imported module; raises ``InputError`` that says what to install."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"this export needs {error.name or module}, which is not installed: pip install 'factory-twin[{extra}]'"
        ) from error
