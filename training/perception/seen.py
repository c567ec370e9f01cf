"""Whether a network may have learned from what it is scored on: it would look better than it is."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from training.dataset import Dataset
from training.derive.lineage import origins


class _Data(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _About(_Data):
    made_of: list[str] = []


class _Source(_Data):
    digest: str
    about: _About = _About()


class _Settings(_Data):
    split: str


class _Start(_Data):
    about: "Lineage | None" = None


class Lineage(_Data):
    """What a network's file says of what it learned from, as far as it is relied on."""

    settings: _Settings
    data: list[_Source]
    start: _Start | None = Field(default=None, alias="from")


def warning(lineage: Lineage, dataset: Dataset, split: str) -> str:
    """What to say of scores on a split of a dataset, on all of it where empty; nothing where all is well."""
    own = dataset.digest()
    origin = {own, *origins(dataset.meta)}
    for source, learned in _sources(lineage):
        if learned and split not in ("", learned):
            continue
        advice = "try --split test" if learned else "it learned from every split: score it on another dataset"
        if source.digest == own:
            return f"the network learned from frames of {dataset.label}; {advice}"
        if origin & {source.digest, *source.about.made_of}:
            return f"the network learned from a dataset of the same origin as {dataset.label}; {advice}"
    return ""


def _sources(lineage: Lineage) -> Iterator[tuple[_Source, str]]:
    """With the split learned from; those of the network that it began with as well."""
    for source in lineage.data:
        yield source, lineage.settings.split
    if lineage.start is not None and lineage.start.about is not None:
        yield from _sources(lineage.start.about)
