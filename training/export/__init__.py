"""Other people's dataset formats. One file each, named as the format; a new file is found by itself.

A format's module has

- a docstring whose first line says what it is, with a link to the format's description;
- ``LOAD``: the Python (or shell) lines that load the result, for the dataset card; ``{split}`` in it becomes a split
  that has episodes, ``{episode}`` the number of its first one, with six digits;
- ``export(selection, folder, done)``: write what is selected below an empty ``folder``, calling ``done(n)`` after
  every n of ``selection.frames()`` frames;
- where it wants to, ``front_matter(selection)``: more keys for the YAML head of the card.

Around it ``training.export._run.run`` makes the folder that appears only when complete, shows progress, and writes
what every export has: a card (``README.md``), ``dataset.json`` (licence, units, cameras with calibration, lineage),
``episodes.csv`` and ``croissant.json``. A format with image files also calls ``_tables.write_images``, which makes the
``images.csv`` that the Croissant file describes.

Work is spread over processes by ``_workers.over_pieces(function, selection, done)``: ``function(selection, piece)``
runs for each short run of frames of one episode, in any process, and its results come back in order. A format that has
to write in order goes through ``selection.episodes(split)`` and ignores the workers.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from twin import discovery
from twin.errors import one_of

if TYPE_CHECKING:
    from training.export._selection import Selection

Done = Callable[[int], None]


class Format(Protocol):
    """What a format's module has."""

    LOAD: str

    def export(self, selection: "Selection", folder: Path, done: Done) -> None:
        """Write the files."""


@runtime_checkable
class WithFrontMatter(Protocol):
    """What a format's module may have besides."""

    def front_matter(self, selection: "Selection") -> dict[str, Any]:
        """More keys for the YAML head of the card."""


def formats() -> list[str]:
    """Names of all formats."""
    return discovery.names(__name__)


def load(name: str) -> Format:
    """The module of a format; raises ``UnknownNameError``, ``InputError`` for a module that lacks something."""
    one_of("export format", name, formats())
    return cast("Format", discovery.loaded(__name__, name, "format of exports", "LOAD", "export"))
