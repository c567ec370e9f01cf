"""Other kinds of the same equipment: fuller racks, other colours, heavier loads."""

from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator
from typing_extensions import override

from factories.equipment import Equipment, kinds
from factories.layout import Layout
from factories.randomizers._base import LayoutRandomizer, by_name
from factories.validation import problems
from factories.walks import walked
from twin.errors import InputError, unknown_name
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice, Sampler

PLACE = ("type", "name", "at")
"""What is not a variant but another thing."""
MOST_PROBES = 64
"""Of values together that are tried before it is said that none fits."""


class RANDOMIZER(LayoutRandomizer):
    """Draws keys of equipment anew for every single one; one that would be in the way then stays as it is."""

    type: Literal["variants"] = "variants"
    equipment: dict[str, dict[str, AnySampler]]
    """Type, key, and what it is drawn from: ``{rack: {fill: {uniform: [0.2, 0.9]}}}``; a ``seed`` varies the loads."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for kind, keys in self.equipment.items():
            if kind not in kinds():
                raise ValueError(unknown_name("equipment", kind, kinds()))
            allowed = [name for name in kinds()[kind].model_fields if name not in PLACE]
            for key, sampler in keys.items():
                if key not in allowed:
                    raise ValueError(f"equipment '{kind}': {unknown_name('key', key, allowed)}")
                _check_values(kind, key, sampler)
        return self

    @property
    @override
    def parameters(self) -> Mapping[str, Sampler]:
        return {f"{kind}.{key}": one for kind, keys in self.equipment.items() for key, one in keys.items()}

    @override
    def draw(self, layout: Layout, dice: Dice) -> dict[str, Any]:
        drawn = {}
        for kind, keys in self.equipment.items():
            _check_fit([item for item in layout.equipment if item.type == kind], keys, layout.name)
        for item in layout.equipment:
            keys = self.equipment.get(item.type, {})
            values = {key: _whole(item, key, dice.draw(f"{item.type}.{key}", s)) for key, s in keys.items()}
            if keys and _fits(item, values):
                drawn[item.name] = values
        return _with_room(layout, drawn)

    @override
    def apply(self, layout: Layout, drawn: Drawn) -> Layout:
        return by_name(layout, drawn, _changed)


def _check_values(kind: str, key: str, sampler: Sampler) -> None:
    """Raise ``ValueError`` for a choice that such equipment never takes, or where it takes nothing that is drawn."""
    wrong = [message for value in _probes(sampler) if (message := _refusal(kind, key, value))]
    if wrong and (sampler.values or len(wrong) == len(_probes(sampler))):
        raise ValueError(f"equipment '{kind}': {key}: {wrong[0]}")


def _refusal(kind: str, key: str, value: Any) -> str:
    """Why equipment of a kind does not take a value, whatever else it has; empty where it may."""
    messages = []
    for one in {value, round(value) if isinstance(value, float) else value}:
        try:
            kinds()[kind].model_validate({"type": kind, "at": (0.0, 0.0), key: one})
        except ValidationError as error:
            messages += [wrong["msg"] for wrong in error.errors() if wrong["loc"][:1] == (key,)][:1] or [""]
        else:
            return ""
    return min(messages, key=len)


def _check_fit(items: Sequence[Any], keys: Mapping[str, Sampler], layout: str) -> None:
    """Raise ``InputError`` where there are such items, and none of them takes what is drawn together."""
    if not items or not keys:
        return
    error: ValidationError | None = None
    for together in islice(product(*map(_probes, keys.values())), MOST_PROBES):
        for item in items:
            try:
                _changed(item, {k: _whole(item, k, v) for k, v in zip(keys, together, strict=True)})
            except ValidationError as wrong:
                error = wrong
            else:
                return
    if error is not None:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(
            f"variants: no '{items[0].type}' of layout '{layout}' takes such {', '.join(keys)} together: {why}"
        )


def _probes(sampler: Sampler) -> tuple[Any, ...]:
    """Values that are drawn: all of a choice, some of a range."""
    return sampler.values or tuple(dict.fromkeys(sampler.at(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)))


def _changed(item: Any, values: Any) -> Any:
    return type(item).model_validate({**item.model_dump(), **values})


def _fits(item: Any, values: Any) -> bool:
    """Whether that equipment takes these values together: a shelf cannot carry pallets."""
    try:
        _changed(item, values)
    except ValidationError:
        return False
    return True


def _with_room(layout: Layout, drawn: dict[str, Any]) -> dict[str, Any]:
    """What was drawn, without that of items which would then overlap something, block a walk or leave the hall."""
    items = [item for item in layout.equipment if item.name in drawn]
    changed = [item.name for item in items if _ground(item) != _ground(_changed(item, drawn[item.name]))]
    if not changed:
        return drawn  # what most scenarios vary takes no floor
    before = set(problems(layout))

    def fit(values: Mapping[str, Any]) -> bool:
        return before.issuperset(problems(by_name(layout, values, _changed)))

    if fit(drawn):
        return drawn
    kept = {name: values for name, values in drawn.items() if name not in changed}
    for name in changed:
        tried = kept | {name: drawn[name]}
        kept = tried if fit(tried) else kept
    return kept


def _ground(item: Equipment) -> tuple[Any, ...]:
    """The floor that it needs."""
    return item.heading, item.solids(), item.keepouts(), walked(item)


def _whole(item: Any, key: str, value: Any) -> Any:
    """Rounded, where the key is a whole number now."""
    return round(value) if type(getattr(item, key)) is int and isinstance(value, float) else value
