"""A JSON document with lists too long for the memory: they go to files of their own first."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any


class JsonLists:
    """The lists of one document. ``add`` takes entries one by one; ``write`` makes the document."""

    def __init__(self, files: Mapping[str, IO[str]]) -> None:
        self._files = files
        self.length = dict.fromkeys(files, 0)

    def add(self, name: str, *texts: str) -> None:
        """One more entry, an object whose members are those of all ``texts``, each an object's JSON."""
        file = self._files[name]
        file.write(",\n" if self.length[name] else "\n")
        file.write("{" + ", ".join(text[1:-1] for text in texts) + "}")
        self.length[name] += 1

    def write(self, path: Path, head: Mapping[str, Any]) -> None:
        """The members of ``head``, then the lists."""
        with path.open("w", encoding="utf-8") as out:
            out.write(json.dumps(head)[:-1])
            for name, file in self._files.items():
                out.write(f', "{name}": [')
                _copy(file, out)
                out.write("]")
            out.write("}\n")


def _copy(file: IO[str], out: IO[str]) -> None:
    file.seek(0)
    shutil.copyfileobj(file, out)


@contextmanager
def json_lists(*names: str, folder: Path) -> Iterator[JsonLists]:
    """Lists of these names, kept in files of ``folder`` that nobody sees."""
    with ExitStack() as files:
        yield JsonLists({name: files.enter_context(_unseen_file(folder)) for name in names})


def _unseen_file(folder: Path) -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8", dir=folder)
