"""Pictures of a scenario, all of it or without one of its randomizers: stills of the same episodes."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envs import scenarios
from envs.scenarios import Scenario
from training.collection import collect
from training.pictures import Pictures
from training.pictures.recorded import Recorded
from training.stills.recording import Stills
from training.stills.stages import Stages
from twin.errors import InputError
from twin.lenses import Lens


@dataclass(frozen=True)
class ScenarioPictures:
    """Called with the label of what is left out, or None. Datasets are written into ``folder`` and stay there."""

    scenario: str
    """Name or file."""
    folder: Path
    layouts: tuple[str, ...]
    lens: Lens
    episodes: int = 24
    stills: int = 3
    quality: str = "standard"
    seed: int = 0
    workers: int = 1

    @cached_property
    def _whole(self) -> Scenario:
        """Read once: an edit in the middle would mix two scenarios."""
        return scenarios.load(self.scenario)

    @property
    def labels(self) -> list[str]:
        """Of its randomizers. Raises ``InputError`` where there is none."""
        found = [one.label for one in self._whole.randomizers]
        if not found:
            raise InputError(f"scenario '{self._whole.name}' randomizes nothing, so there is nothing to leave out")
        return found

    def __call__(self, left_out: str | None) -> Pictures:
        """Stills of every episode, recorded."""
        chosen = self._whole if left_out is None else self._whole.without(left_out)
        name = "all" if left_out is None else f"without_{left_out}"
        stages = Stages(self.layouts, self.lens, self.seed, {}, chosen)
        stills = Stills(self.folder / f"{name}.zarr", stages, self.stills, self.episodes, quality=self.quality)
        return Recorded(collect(stills, workers=self.workers))
