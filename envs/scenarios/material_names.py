"""Which materials a scenario may mean: those of halls are known before one is built, those of a robot are not."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache

from envs.scenarios.cases.wet_floor import WET
from factories.equipment import kinds
from factories.materials import MATERIALS
from twin import textures
from twin.randomizers.flying_distractors import PREFIX


def problems(patterns: Sequence[str]) -> Iterator[str]:
    """What is wrong with these, of which each should match some material of some hall."""
    for pattern in patterns:
        of_hall = "/" not in pattern  # ROBOT/SURFACE: whose robot, is known when it is there
        drawn = pattern.startswith((f"{PREFIX}_", f"{WET}_"))  # what other randomizers and cases add
        if of_hall and not drawn and not any(fnmatchcase(name, pattern.partition(":")[0]) for name in known()):
            near = get_close_matches(pattern, known(), n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield f"'{pattern}' matches no material of any hall{hint}"


@cache
def known() -> tuple[str, ...]:
    """Of all that stands in halls; of plates what they show, without the text."""
    of_kinds = [material.name for kind in kinds().values() for material in kind.materials]
    plates = [name for name, texture in textures.TEXTURES.items() if texture.argument]
    return tuple(dict.fromkeys([*MATERIALS, *of_kinds, *plates]))
