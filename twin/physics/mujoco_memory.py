"""Where MuJoCo keeps what the compiled loops read, found through what its Python bindings show."""

import ctypes
from functools import cache
from pathlib import Path

import mujoco
import numpy as np
import numpy.typing as npt

from twin.addresses import address
from twin.errors import PhysicsError

_LIBRARIES = ("libmujoco*.so*", "libmujoco*.dylib", "mujoco*.dll")
MODEL, DATA, COUNT, CONTACTS, STRIDE, PAIR, POSITION, NORMAL, DISTANCE = range(9)
"""What stands where in the memory that the kernels are given."""


@cache
def step_functions() -> npt.NDArray[np.int64]:
    """Addresses of mj_step2 and mj_step1: the second half of a step, then the first of the next."""
    folder = Path(str(mujoco.__file__)).parent
    paths = [path for pattern in _LIBRARIES for path in sorted(folder.glob(pattern))]
    if not paths:
        raise PhysicsError(f"no library of MuJoCo in {folder}")
    library = ctypes.CDLL(str(paths[0]))  # the one that the bindings loaded
    found = [ctypes.cast(getattr(library, name), ctypes.c_void_p).value for name in ("mj_step2", "mj_step1")]
    return np.array(found, dtype=np.int64)


def memory_of(model: mujoco.MjModel, data: mujoco.MjData) -> npt.NDArray[np.int64]:
    """Addresses of model, data and number of contacts; those of the contacts are 0 until ``find_contacts``."""
    memory = np.zeros(9, dtype=np.int64)
    timers = data.timer.number  # the last of them is followed by the number of contacts: mjdata.h
    memory[[MODEL, DATA]] = model._address, data._address
    memory[COUNT] = address(timers) - 8 + len(timers) * timers.strides[0]
    number = ctypes.c_int.from_address(int(memory[COUNT])).value
    if number != data.ncon:
        raise PhysicsError(f"MuJoCo {mujoco.__version__} keeps its contacts elsewhere: this build is not supported")
    find_contacts(memory, data)
    return memory


def find_contacts(memory: npt.NDArray[np.int64], data: mujoco.MjData) -> None:
    """Note where the contacts are, once there are any: they stay there."""
    if data.ncon and not memory[CONTACTS]:
        contact = data.contact
        first = address(contact.dist)
        memory[CONTACTS], memory[STRIDE] = first, contact.dist.strides[0]
        memory[PAIR:] = [address(array) - first for array in (contact.geom, contact.pos, contact.frame, contact.dist)]
