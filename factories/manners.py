"""How who moves behaves, as layouts say it: numbers, or ranges that each episode's seed draws from."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from twin.scene import Manner, Range

MANNERS: tuple[Manner, ...] = (True, False, "cooperates")


@dataclass(frozen=True)
class Between:
    """Marks a key that takes a number from ``low`` to ``high``, or two: the least and the most."""

    low: float
    high: float

    def check(self, value: Any) -> Range:
        """The number or the two; ``ValueError`` for anything else."""
        if not isinstance(value, list | tuple):
            return self._number(value)
        if len(value) != 2:
            raise ValueError(f"should be a number or two, the least and the most, not {len(value)} of them")
        least, most = self._number(value[0]), self._number(value[1])
        if least > most:
            raise ValueError(f"should be the least and the most, not {least:g} and {most:g}")
        return least, most

    def _number(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"should be a number from {self.low:g} to {self.high:g}, or two, not {value!r}")
        if not self.low <= value <= self.high:
            raise ValueError(f"should be from {self.low:g} to {self.high:g}, not {value:g}")
        return float(value)

    def __get_pydantic_core_schema__(self, *_: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        number = {"type": "number", "minimum": self.low, "maximum": self.high}
        pair = {"type": "array", "prefixItems": [number, number], "minItems": 2, "maxItems": 2}
        return {"anyOf": [number, pair]}


def manners(value: Any) -> Manner | tuple[Manner, ...]:
    """One of ``MANNERS`` or several to draw from; ``ValueError`` for anything else."""
    several = isinstance(value, list | tuple)
    values = list(value) if several else [value]
    for one in values:
        if not (isinstance(one, bool) or one == "cooperates"):
            raise ValueError(f"should be true, false or cooperates, or a list of these, not {one!r}")
    if not 1 <= len(values) <= len(MANNERS):
        raise ValueError(f"should be one to {len(MANNERS)} of true, false and cooperates, not {len(values)}")
    return tuple(values) if several else values[0]


class _OneOrSeveral:
    """Marks a key that takes what ``manners`` does."""

    def __get_pydantic_core_schema__(self, *_: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(manners)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        one = {"enum": list(MANNERS)}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": len(MANNERS)}]}


Manners: TypeAlias = Annotated[Manner | tuple[Manner, ...], _OneOrSeveral()]
