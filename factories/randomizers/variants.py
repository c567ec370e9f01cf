"""Other kinds of the same equipment: fuller racks, other colours, heavier loads."""

from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator
from typing_extensions import override

from factories.equipment import kinds
from factories.layout import Layout
from factories.randomizers._base import LayoutRandomizer
from twin.errors import unknown_name
from twin.randomizers import Drawn
from twin.samplers import AnySampler, Dice

PLACE = ("type", "name", "at")
"""What is not a variant but another thing."""


class RANDOMIZER(LayoutRandomizer):
    """Draws keys of equipment anew for every single one."""

    type: Literal["variants"] = "variants"
    equipment: dict[str, dict[str, AnySampler]]
    """Type, key, and what it is drawn from: ``{rack: {fill: {uniform: [0.2, 0.9]}}}``; a ``seed`` varies the loads."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for kind, keys in self.equipment.items():
            if kind not in kinds():
                raise ValueError(unknown_name("equipment", kind, kinds()))
            allowed = [name for name in kinds()[kind].model_fields if name not in PLACE]
            for key in keys:
                if key not in allowed:
                    raise ValueError(f"equipment '{kind}': {unknown_name('key', key, allowed)}")
        return self

    @property
    @override
    def parameters(self) -> tuple[str, ...]:
        return tuple(f"{kind}.{key}" for kind, keys in self.equipment.items() for key in keys)

    @override
    def draw(self, layout: Layout, dice: Dice) -> dict[str, Any]:
        drawn = {}
        for item in layout.equipment:
            keys = self.equipment.get(item.type, {})
            values = {key: _whole(item, key, dice.draw(f"{item.type}.{key}", s)) for key, s in keys.items()}
            if keys and _fits(item, values):
                drawn[item.name] = values
        return drawn

    @override
    def apply(self, layout: Layout, drawn: Drawn) -> Layout:
        given: Any = drawn
        items = tuple(_changed(e, given[e.name]) if e.name in drawn else e for e in layout.equipment)
        return layout.model_copy(update={"equipment": items})


def _changed(item: Any, values: Any) -> Any:
    return type(item).model_validate({**item.model_dump(), **values})


def _fits(item: Any, values: Any) -> bool:
    """Whether that equipment takes these values together: a shelf cannot carry pallets."""
    try:
        _changed(item, values)
    except ValidationError:
        return False
    return True


def _whole(item: Any, key: str, value: Any) -> Any:
    """Rounded, where the key is a whole number now."""
    return round(value) if type(getattr(item, key)) is int and isinstance(value, float) else value
