"""Episodes on disk as they end, so that an evaluation that was stopped can go on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from training.evaluation.cases import Evaluation
from training.evaluation.driving import EpisodeResult
from twin.errors import InputError
from twin.yaml_files import write_atomically


class Journal:
    """A file of JSON lines: what is evaluated, then an episode a line. A last line that was cut short is dropped."""

    def __init__(self, path: Path, evaluation: Evaluation) -> None:
        self.path = path
        self._identity = evaluation.identity()
        self._file: TextIO | None = None
        self._empty = True

    def read(self) -> dict[int, EpisodeResult]:
        """Episodes by seed; none where the file is not there yet. Raises ``InputError`` for another evaluation's."""
        if not self.path.exists():
            return {}
        rows = list(self._rows())
        if not rows or rows[0].get("identity") != self._identity:
            raise InputError(
                f"{self.path}: holds episodes of another evaluation (agent, suite, number of episodes, options, "
                "policy or the content of a file differ); ask for the same again, or choose another --out"
            )
        return {int(row["seed"]): row for row in rows[1:]}

    @contextmanager
    def writing(self, known: dict[int, EpisodeResult]) -> Iterator["Journal"]:
        """Begin with what is known already, whole or not at all; ``add`` appends. One without episodes is not kept."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, "".join(map(_line, [{"identity": self._identity}, *known.values()])))
        self._empty = not known
        try:
            with self.path.open("a", encoding="utf-8") as self._file:
                yield self
        finally:
            self._file = None
            if self._empty:
                self.path.unlink()

    def add(self, result: EpisodeResult) -> None:
        """One more episode."""
        if self._file is None:
            raise RuntimeError("the journal is not open")
        self._empty = False
        self._file.write(_line(result))
        self._file.flush()

    def _rows(self) -> Iterator[dict[str, Any]]:
        for line in self.path.read_bytes().split(b"\n"):
            try:
                row = json.loads(line)
            except ValueError:
                return
            if not isinstance(row, dict):
                return
            yield row


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row) + "\n"
