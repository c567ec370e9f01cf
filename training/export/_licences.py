"""What a licence is called elsewhere."""

UNSPECIFIED = "unspecified"
_ON_THE_HUB = {"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "ODbL-1.0", "MIT", "Apache-2.0"}


def licence_url(name: str) -> str:
    """Where SPDX keeps the text of a licence of that name; empty for none."""
    return "" if name == UNSPECIFIED else f"https://spdx.org/licenses/{name}.html"


def hub_licence(name: str) -> str:
    """The Hugging Face Hub's word for it."""
    return name.lower() if name in _ON_THE_HUB else "other"
