"""Files that come with the project and are known by name; people's own are given by their path."""

from dataclasses import dataclass
from pathlib import Path

from twin.errors import InputError, UnknownNameError


@dataclass(frozen=True)
class Shipped:
    """The YAML files of one folder: robots, layouts, suites ..."""

    kind: str
    """What each is, such as ``scenario``."""
    folder: Path

    def names(self) -> list[str]:
        """Of all, in alphabetical order."""
        return sorted(path.stem for path in self.folder.glob("*.yaml"))

    def find(self, name_or_path: str | Path) -> Path:
        """The file of that name, else the file there.

        Raises ``UnknownNameError`` with the nearest name, ``InputError`` for what was meant as a path and is not there.
        """
        text, path = str(name_or_path), Path(name_or_path)
        if text in self.names():
            return self.folder / f"{text}.yaml"
        if path.exists():
            return path
        if isinstance(name_or_path, Path) or path.parent != Path() or path.suffix in (".yaml", ".yml"):
            raise InputError(f"{path}: there is no such {self.kind} file")
        raise UnknownNameError(self.kind, text, self.names())
