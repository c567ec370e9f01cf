"""The dataset card, ``README.md``: what a person wants to know before using the data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from training.dataset.marks import CONTAINS_REAL_PIXELS, REDACTED
from training.export._licences import hub_licence
from training.export._selection import TRAIN, Selection
from training.export._yaml import plain_yaml

_KEPT_TOGETHER = {
    "layout": "No group (a factory or a scenario) stands in two splits.",
    "episode": "Each episode is a group: the same factory stands in several splits.",
}
MARKED = {
    CONTAINS_REAL_PIXELS: "contains real pixels: photographs, under the licence above",
    REDACTED: "redacted: regions were made unrecognisable",
}


def filled_in(load: str, selection: Selection) -> str:
    """``LOAD`` of a format with a split and an episode that this export has."""
    there = selection.splits_there()
    split = TRAIN if TRAIN in there else there[0]
    _, rows = next(selection.episodes(split))
    return load.replace("{split}", split).replace("{episode}", f"{rows.record.episode:06d}")


def card(about: Mapping[str, Any], format_name: str, what: str, load: str, front: Mapping[str, Any]) -> str:
    """The card's text, with a YAML head as the Hugging Face Hub reads it. ``what``: the format in a sentence."""
    head = {
        "pretty_name": about["name"],
        "license": hub_licence(about["licence"]),
        "tags": ["factory-twin", *_kinds(about), format_name],
        **front,
    }
    sections = (
        f"# {about['name']}",
        about["description"],
        f"Format: {what}",
        "## How to load it\n\n" + load.strip("\n"),
        f"## Splits\n\n{_KEPT_TOGETHER[about['split_by']]}\n\n"
        + _table(("split", "groups", "episodes", "frames", "images"), _splits(about)),
        "## Cameras\n\nPixel (0, 0) is the centre of the first pixel. Poses are stored with every image.\n\n"
        + _table(("camera", "size", "fx, fy, cx, cy", "model", "distortion", "near, far"), _cameras(about)),
        "## Classes\n\nObjects are counted once for each image that shows them.\n\n"
        + _table(("id", "class", "group", "objects"), _classes(about)),
        "## Units\n\n" + _table(("what", "unit"), about["units"].items()),
        "## Where it comes from\n\n" + _table(("", ""), _origin(about)),
    )
    return f"---\n{plain_yaml(head)}---\n\n" + "\n\n".join(sections) + "\n"


def _kinds(about: Mapping[str, Any]) -> Iterator[str]:
    yield "synthetic"
    if about["marked_frames"][CONTAINS_REAL_PIXELS]:
        yield CONTAINS_REAL_PIXELS.replace("_", "-")


def _splits(about: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for name, counts in about["splits"].items():
        yield name, *(counts[key] for key in ("groups", "episodes", "frames", "images"))


def _cameras(about: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for camera in about["cameras"]:
        (fx, _, cx), (_, fy, cy), _ = camera["K"]
        lens = ", ".join(f"{value:.6g}" for value in (fx, fy, cx, cy))
        bends = ", ".join(f"{value:.6g}" for value in camera.get("distortion") or ()) or "none"
        size, clip = f"{camera['width']} x {camera['height']}", f"{camera['near']:.6g}, {camera['far']:.6g} m"
        yield camera["name"], size, lens, camera["model"], bends, clip


def _classes(about: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for entry in about["classes"]:
        yield entry["id"], entry["name"], entry["supercategory"], about["objects"].get(entry["name"], 0)


def _origin(about: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    yield "licence", about["licence"]
    yield "made by", about["generator"]
    yield "recorded", about["created"]
    yield "environment", about["environment"]["id"] or "none"
    for name, count in about["marked_frames"].items():
        if count:
            yield MARKED[name], f"{count} of {sum(split['frames'] for split in about['splits'].values())} frames"
    yield "digest", f"`{about['lineage']['digest']}`"
    for parent in about["lineage"]["parents"]:
        yield "derived from", f"`{parent}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)
