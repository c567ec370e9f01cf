"""Notice when a foreign package called ``envs``, ``robots``, ``factories`` or ``training`` hides ours.

The names are generic: a folder `envs/` in the current directory would win on `sys.path` and fail far from the cause.
"""

from importlib.util import find_spec
from pathlib import Path

from twin.errors import TwinError

PACKAGES = ("envs", "factories", "robots", "training")


class ShadowedPackageError(TwinError):
    """Python finds another package under a name of ours."""


def check() -> None:
    """Raise ``ShadowedPackageError`` if one of our packages would be imported from elsewhere than beside ``twin``."""
    ours = Path(__file__).resolve().parents[1]
    for name in PACKAGES:
        spec = find_spec(name)
        places = [] if spec is None else [Path(place).resolve() for place in spec.submodule_search_locations or ()]
        if places and places[0] == ours / name:
            continue
        found = places[0] if places else (spec.origin if spec else "nowhere")
        raise ShadowedPackageError(
            f"Python finds the package '{name}' in {found}, but Factory Twin's is {ours / name}; "
            f"rename that folder, or run from a directory that does not contain it (see sys.path and PYTHONPATH)"
        )
