"""Where the layouts of a suite come from: the generator, files, or maps of real places."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, PositiveInt, ValidationError
from typing_extensions import override

import factories
from factories import importers
from factories.layout import AnyEquipment, Layout
from factories.validation import problems
from twin.errors import InputError
from twin.file_model import FileModel

FIRST_SEED = 2**32
"""Generated layouts of suites have seeds from here on: those of training and of the environments' default lie below."""


class _Source(FileModel):
    people_yield: bool = True
    """Whether those who walk stop for a robot, as each layout says; False makes none of them stop."""

    def own(self, maps: Sequence[Path]) -> list[Path]:  # noqa: ARG002 - imported ones have some
        """Those of the maps that are used here."""
        return []

    def changed(self, layout: Layout) -> Layout:
        """The layout with what the suite changes in it."""
        if self.people_yield:
            return layout
        equipment = tuple(
            item.model_copy(update={"yields": False}) if "yields" in type(item).model_fields else item
            for item in layout.equipment
        )
        return layout.model_copy(update={"equipment": equipment})


class Generated(_Source):
    """Layouts like those of training, from seeds of the suites' own."""

    tier: Literal["generated"]
    first: Annotated[int, Field(ge=FIRST_SEED, lt=2**63)] = FIRST_SEED
    """Seed of the first layout."""
    count: PositiveInt
    """How many; each one's seed is one more."""
    generator: dict[str, Any] = Field(default_factory=dict)
    """Options of the generator."""

    def layouts(self, suite: str, maps: Sequence[Path]) -> Iterator[Layout]:
        """All of them, in order."""
        _no_maps(suite, maps)
        for seed in range(self.first, self.first + self.count):
            yield self.changed(factories.generate(seed, self.generator))


class Shipped(_Source):
    """Layouts by name, or by file."""

    tier: Literal["shipped"]
    names: Annotated[tuple[str, ...], Field(min_length=1)]
    """Shipped names, or paths of layout files."""

    @property
    def count(self) -> int:
        """How many layouts."""
        return len(self.names)

    def layouts(self, suite: str, maps: Sequence[Path]) -> Iterator[Layout]:
        """All of them, in order."""
        _no_maps(suite, maps)
        for name in self.names:
            yield self.changed(factories.load(name))


class MapUse(FileModel):
    """A map that the user has, and what is put into it."""

    name: str
    """What the layout is called that the importer makes of it: a ROS map's folder, or the file without its ending."""
    importer: dict[str, Any] = Field(default_factory=dict)
    """Options of the importer, such as resolution."""
    add: tuple[tuple[AnyEquipment, ...], ...] = ((),)
    """What stands and walks there and is not on the map; each list of equipment makes a layout of its own."""


class Imported(_Source):
    """Maps of real places. They are not shipped: whoever runs the suite gives their files."""

    tier: Literal["imported"]
    maps: Annotated[tuple[MapUse, ...], Field(min_length=1)]

    @property
    def count(self) -> int:
        """How many layouts."""
        return sum(len(use.add) for use in self.maps)

    @override
    def own(self, maps: Sequence[Path]) -> list[Path]:
        return [path for path in maps if _called(path) in {use.name for use in self.maps}]

    def layouts(self, suite: str, maps: Sequence[Path]) -> Iterator[Layout]:
        """All of them, in order; raises ``InputError`` for a map that is not among ``maps`` or not in the suite."""
        given = {_called(path): path for path in maps}
        wanted = [use.name for use in self.maps]
        for name, path in given.items():
            if name not in wanted:
                raise InputError(f"{path}: suite '{suite}' has no map '{name}'; its maps: {', '.join(wanted)}")
        for use in self.maps:
            if use.name not in given:
                raise InputError(
                    f"suite '{suite}' needs the map '{use.name}', which is not shipped: give its file with --map"
                )
            yield from (self.changed(layout) for layout in _filled(use, given[use.name], suite))


Source: TypeAlias = Generated | Shipped | Imported


def _no_maps(suite: str, maps: Sequence[Path]) -> None:
    if maps:
        raise InputError(f"--map {maps[0]}: suite '{suite}' takes no maps")


def _called(path: Path) -> str:
    """The name that importers give a layout."""
    return path.resolve().parent.name if path.stem == "map" else path.stem


def _filled(use: MapUse, path: Path, suite: str) -> Iterator[Layout]:
    bare = importers.load(path, **use.importer).layout
    for k, added in enumerate(use.add, start=1):
        name = use.name if len(use.add) == 1 else f"{use.name}_{k}"
        yield _with(bare, added, name, f"suite '{suite}', map '{use.name}', {k}. list")


def _with(bare: Layout, added: Sequence[Any], name: str, where: str) -> Layout:
    try:
        layout = bare.with_more(added, name=name)
    except ValidationError as error:
        raise InputError(f"{where}: {error.errors()[0]['msg']}") from None
    for _, message in problems(layout):
        raise InputError(f"{where}: {message}")
    return layout
