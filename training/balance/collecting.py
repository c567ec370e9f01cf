"""``twin collect --balance``: search for frames that meet the targets, then take them."""

from collections.abc import Callable
from dataclasses import replace

from training.balance import stored
from training.balance.report import report, why
from training.balance.steer import steer
from training.balance.targets import Targets
from training.collection import goes_on
from training.dataset import DatasetWriter, files
from training.dataset.storage import Storage
from training.stills.recording import Stills
from twin.errors import DatasetError, InputError


def planned(
    stills: Stills,
    targets: Targets,
    *,
    resume: bool = False,
    workers: int = 1,
    done: Callable[[int, int, int], None] = lambda *_: None,
) -> Stills:
    """The same stills with a plan that meets the targets as far as can be; the dataset is begun, its report inside.

    With ``resume``, the plan of the dataset that is there. ``done`` is that of ``steer``. Raises ``InputError`` where
    no still at all has what was asked for.
    """
    asked = replace(stills, plan={}, asked={**stills.asked, "balance": targets.as_json()})
    storage = Storage(stills.out, read_only=True)
    if goes_on(stills.out, resume=resume):
        files.check_same(storage, files.read_meta(storage), asked.meta())
        plan = stored.get(stills.out)
        if plan is None:
            raise DatasetError(f"{stills.out} cannot be resumed: its beginning was cut off, it has no plan")
        return replace(asked, plan=plan)
    if storage.exists():
        DatasetWriter.create(stills.out, asked.meta()).close()  # says what is in the way, before the search
    search = steer(stills, targets, workers, done)
    if not len(search.chosen):
        reasons = dict.fromkeys(why(search, k, places(stills)) for k in range(len(targets.cells)))
        raise InputError(
            f"no still of {places(stills)} has anything that was asked for ({'; '.join(reasons)}): nothing was written"
        )
    found = report(search, places(stills))
    chosen = replace(asked, plan=search.plan(), about={**stills.about, "balance": found.model_dump(mode="json")})
    DatasetWriter.create(chosen.out, chosen.meta()).close()
    stored.put(chosen.out, search.plan())
    return chosen


def places(stills: Stills) -> str:
    """Where frames are looked for, in a few words."""
    names = list(dict.fromkeys(stills.stages.layouts[: stills.episodes]))
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} more"
