"""Register our environments when ``gymnasium`` is imported, so that ``gym.make`` finds them with no import of ours.

Gymnasium 1.0 stopped loading the ``gymnasium.envs`` entry points that earlier versions loaded. The wheel therefore
installs this file and, beside it, a ``.pth`` line that calls ``install()`` when Python starts. It stands alone, outside
our packages: importing ``twin`` at startup would take that name from a program that has a ``twin`` of its own. Until
somebody imports ``gymnasium`` it does nothing, so it may itself import next to nothing.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import ModuleType

DISTRIBUTION = "factory-twin"
GROUP = "gymnasium.envs"


def home(package: str) -> Path | None:
    """The folder Python would import ``package`` from, found without importing it."""
    from importlib.util import find_spec
    from pathlib import Path

    spec = find_spec(package)
    return Path(spec.origin).parents[1] if spec is not None and spec.origin else None


def refuse_strangers(package: str) -> None:
    """Raise ``ImportError`` if a stranger's package has the name of ours: it must not be run."""
    if home(package) != home("twin"):
        raise ImportError(f"Python finds the package '{package}' in {home(package)}, ours is in {home('twin')}")


def register_ours() -> None:
    """Call every ``gymnasium.envs`` entry point of this distribution; a failure is a warning, gymnasium goes on."""
    import warnings
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        for entry_point in distribution(DISTRIBUTION).entry_points.select(group=GROUP):
            if entry_point.module in sys.modules:
                continue  # it is being imported, that is why gymnasium is, and will register by itself
            refuse_strangers(entry_point.module.partition(".")[0])
            entry_point.load()()
    except PackageNotFoundError:
        return  # removed while a copy of this file stayed behind
    except Exception as error:  # whatever is wrong with us must not take gymnasium from everyone else
        warnings.warn(f"the environments of {DISTRIBUTION} are not registered: {error}", stacklevel=2)


class AfterGymnasium:
    """A finder, first on ``sys.meta_path``, that leaves finding to the others and registers after ``gymnasium`` ran."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec another finder has for ``gymnasium``, with registering added; None for any other name."""
        if name != "gymnasium":
            return None
        others = (finder for finder in sys.meta_path if finder is not cls)
        spec = next((found for finder in others if (found := finder.find_spec(name, path, target))), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_then_register(module: ModuleType) -> None:
                execute(module)
                sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not cls]
                register_ours()

            # A loader serves one spec, so this changes nothing for anybody else.
            spec.loader.exec_module = execute_then_register  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Wait for ``gymnasium``; harmless when called again or when ``gymnasium`` is loaded already."""
    waiting = any(getattr(finder, "__qualname__", "") == AfterGymnasium.__qualname__ for finder in sys.meta_path)
    if "gymnasium" not in sys.modules and not waiting:
        sys.meta_path.insert(0, AfterGymnasium)
