"""Where a dataset comes from: its ancestors, remembered in its own attributes, so that they need not be at hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from training.dataset.reader import Dataset
from training.dataset.schema import Ancestor, DatasetMeta, Operation

if TYPE_CHECKING:
    from rich.tree import Tree

UNKNOWN = "unspecified"
LONG = 120
"""Characters of an argument that are printed."""


def ancestor(dataset: Dataset) -> Ancestor:
    """What a child remembers of a dataset."""
    meta = dataset.meta
    return Ancestor(
        name=meta.name,
        digest=dataset.digest(),
        created=meta.created,
        generator=meta.generator,
        licence=meta.licence,
        episodes=dataset.episodes,
        frames=dataset.frames,
        operation=meta.operation,
        ancestry=meta.ancestry,
    )


def origins(node: DatasetMeta | Ancestor) -> Iterator[str]:
    """Digests of all that a dataset was made of, through however many steps."""
    for one in node.ancestry:
        yield one.digest
        yield from origins(one)


def derived(
    parents: Sequence[Dataset], name: str, operation: str, arguments: Mapping[str, Any], compression: str = ""
) -> DatasetMeta:
    """The root attributes of a dataset made of ``parents`` by ``operation``: those of the first one, and lineage.

    ``compression`` is not in the lineage: it changes no frame and no digest.
    """
    kept = parents[0].meta.model_dump(exclude={"format_version", "created", "generator", "view", "balance"})
    ancestry = [ancestor(parent) for parent in parents]
    return DatasetMeta.model_validate(
        kept
        | {
            "name": name,
            "licence": _licence([parent.meta.licence for parent in parents]),
            "parents": [one.digest for one in ancestry],
            "operation": Operation(name=operation, arguments=dict(arguments)),
            "ancestry": ancestry,
            "compression": compression or parents[0].meta.compression,
        }
    )


def as_json(dataset: Dataset) -> dict[str, Any]:
    """The whole tree; JSON types only."""
    return ancestor(dataset).model_dump(mode="json")


def tree(dataset: Dataset) -> "Tree":
    """The same to print: a dataset, below it what it was made of."""
    return _branch(ancestor(dataset), None)


def _branch(node: Ancestor, above: "Tree | None") -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    label = Text("\n".join(lines(node)))
    branch = Tree(label) if above is None else above.add(label)
    for parent in node.ancestry:
        _branch(parent, branch)
    return branch


def lines(node: Ancestor) -> Iterator[str]:
    """What is said of one dataset."""
    yield f"{node.name}  {node.digest[:16]}"
    yield f"{node.episodes} episodes, {node.frames} frames, {node.licence}, {node.created}, {node.generator}"
    if node.operation is None:
        yield "recorded"
    else:
        given = (f"{key}={_shown(value)}" for key, value in node.operation.arguments.items())
        yield " ".join([node.operation.name, *given])


def _shown(value: object) -> str:
    if isinstance(value, dict):
        text = ",".join(f"{key}:{_shown(item)}" for key, item in value.items())
        return text if len(text) <= LONG else f"{text[:LONG]}... ({len(value)})"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _licence(licences: Sequence[str]) -> str:
    """All of them hold for what is made of several, as an SPDX expression; unknown where one is."""
    different = list(dict.fromkeys(licences))
    if len(different) == 1:
        return different[0]
    return UNKNOWN if UNKNOWN in different else " AND ".join(f"({x})" if " " in x else x for x in different)
