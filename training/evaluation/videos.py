"""Videos of chosen episodes from above: VP9 in MP4, which browsers play and OpenCV's own build encodes."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.evaluation.driving import Driver
from training.evaluation.session import Driven
from training.progress import progress
from twin.errors import InputError

CODEC = "vp09"
WIDTH = 640
"""Pixels, at most; the encoder is slow."""
HOLD = 1.0
"""Seconds for which the last picture stands still."""


def film(agent: Driven, out: Path, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Drive ``count`` episodes once more and write them into ``out``: names of the files, and the episodes."""
    cases = {case.seed: case for case in agent.evaluation.cases}
    chosen = choose(agent.scores["per_episode"], count)
    made = []
    options = {} if agent.evaluation.options.get("quality") else {"quality": "fast"}
    with (
        Driver(agent.evaluation, render_mode="rgb_array", **options) as driver,
        progress(f"filming {agent.label}", total=len(chosen), unit="episodes") as bar,
    ):
        for episode in chosen:
            name = f"{agent.label.replace('/', '_')}_{episode['seed']}_{episode['cause'] or episode['outcome']}.mp4"
            frames, again = [], episode
            for found in driver.steps(cases[episode["seed"]]):
                frames.append(np.asarray(driver.env.render(), dtype=np.uint8))
                again = found
            if again["outcome"] != episode["outcome"]:
                raise InputError(
                    f"{agent.label}, seed {episode['seed']}: ended in {episode['outcome']} and, filmed, in "
                    f"{again['outcome']}; the agent or the code has changed since"
                )
            write(out / name, frames, float(driver.env.metadata["render_fps"]))
            made.append((name, episode))
            bar.advance()
    return made


def choose(episodes: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Failures first, and of these one of each cause before a second of any; then the others in order."""
    order: dict[str, int] = {}
    keyed: list[tuple[bool, int, int, dict[str, Any]]] = []
    for episode in episodes:
        cause = episode["cause"]
        order[cause] = order.get(cause, 0) + 1
        keyed.append((not cause, order[cause], len(keyed), episode))
    return [episode for *_, episode in sorted(keyed, key=lambda row: row[:3])[:count]]


def write(path: Path, frames: Iterable[npt.NDArray[np.uint8]], rate: float) -> None:
    """Frames (height, width, 3) sRGB as a video of ``rate`` frames a second; raises ``InputError``."""
    shown = [_fitted(frame) for frame in frames]
    shown += [shown[-1]] * round(HOLD * rate)
    height, width = shown[0].shape[:2]
    partial = path.with_name(f".{path.name}")
    writer = cv2.VideoWriter(str(partial), cv2.VideoWriter.fourcc(*CODEC), rate, (width, height))
    if not writer.isOpened():
        raise InputError(f"{path}: this build of OpenCV cannot encode {CODEC}")
    for frame in shown:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    if not _whole(partial, len(shown)):
        partial.unlink(missing_ok=True)
        raise InputError(f"{path}: was cut short; is there room on its disk?")
    partial.replace(path)


def _whole(path: Path, frames: int) -> bool:
    """Whether a video holds so many pictures: OpenCV says nothing of a full disk."""
    found = cv2.VideoCapture(str(path))
    try:
        return found.isOpened() and round(found.get(cv2.CAP_PROP_FRAME_COUNT)) == frames
    finally:
        found.release()


def _fitted(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """At most ``WIDTH`` wide, with even sides as the encoder needs them."""
    height, width = frame.shape[:2]
    scale = min(1.0, WIDTH / width)
    size = (int(width * scale) // 2 * 2, int(height * scale) // 2 * 2)
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
