"""What an action means: the moving components of the wanted twist, each in [-1, 1] of the drive's limits.

With ``expo`` above 0 small actions are finer, as on the remote control of a model: who has to stand still to the
millimetre would shake with what else is a usable step of exploration.
"""

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from twin.drive import Drive
from twin.errors import InputError
from twin.geometry import FloatArray


class Actions:
    """Actions (..., k) of a drive with k components that can move; several robots' have one axis more in front."""

    def __init__(self, drive: Drive, expo: float = 0.0) -> None:
        """``expo`` from 0 to 1: an action a drives ((1 - expo) |a| + expo a^2) of the limit."""
        self._expo = expo
        self._moving = np.flatnonzero(drive.high > drive.low)
        self._high, self._low = drive.high[self._moving], drive.low[self._moving]
        self.space = spaces.Box(-1.0, 1.0, (len(self._moving),), np.float32)

    @property
    def still(self) -> FloatArray:
        """The action that stops."""
        return np.zeros(len(self._moving))

    def checked(self, action: npt.ArrayLike, *several: int) -> FloatArray:
        """One action, or as many as ``several`` says, clipped to the bounds.

        Raises ``InputError`` where the shape is another or a number is not finite.
        """
        shape = (*several, len(self._moving))
        what = "actions" if several else "action"
        try:
            values = np.asarray(action, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(f"the {what} must be numbers of the shape {shape}, not {action!r}") from None
        if values.shape != shape:
            raise InputError(f"the {what} must have the shape {shape}, not {values.shape}")
        if not np.isfinite(values).all():
            raise InputError(f"the {what} must be finite, not {values.tolist()}")
        return np.clip(values, -1.0, 1.0)

    def twist(self, action: FloatArray) -> FloatArray:
        """The wanted twist (..., 3); 0 stands still, 1 and -1 are the drive's limits."""
        twist = np.zeros((*action.shape[:-1], 3))
        size = np.abs(action)
        share = (1.0 - self._expo) * size + self._expo * size**2
        twist[..., self._moving] = np.where(action >= 0, share * self._high, share * self._low)
        return twist

    def towards(self, twist: FloatArray) -> npt.NDArray[np.float32]:
        """The action for a wanted twist (..., 3): the inverse of ``twist``."""
        wanted = twist[..., self._moving]
        limits = np.where(wanted >= 0, self._high, -self._low)
        share = np.clip(np.abs(wanted) / np.maximum(np.abs(limits), 1e-9), 0.0, 1.0)
        if self._expo > 0.0:
            linear = 1.0 - self._expo
            share = (np.sqrt(linear**2 + 4.0 * self._expo * share) - linear) / (2.0 * self._expo)
        return (np.sign(wanted) * share).astype(np.float32)
