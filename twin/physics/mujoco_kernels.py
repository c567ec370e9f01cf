"""Many steps of MuJoCo in one call, outside Python's lock; what touched is noted on the way.

The functions and the data are MuJoCo's own, reached by their addresses: see ``mujoco_memory``.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import carray, types
from numba.extending import intrinsic

from twin.addresses import pointer
from twin.compiled import compiled
from twin.geometry import FloatArray

Int32Array = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]


@intrinsic
def _call(_context: Any, _function: Any, _model: Any, _data: Any) -> Any:
    """Call the C function ``void f(const mjModel*, mjData*)`` at an address."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function = ir.FunctionType(ir.VoidType(), [ir.IntType(64), ir.IntType(64)]).as_pointer()
        builder.call(builder.inttoptr(arguments[0], function), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@compiled
def advance(
    functions: IntArray,
    memory: IntArray,
    count: int,
    geoms: Int32Array,
    positions: FloatArray,
    normals: FloatArray,
    distances: FloatArray,
    rows: IntArray,
) -> int:
    """``count`` steps, and ``note`` after each. How many were left when there was no room for a note, -1 at the end.

    ``functions``: addresses of mj_step2 and mj_step1.
    """
    for done in range(count):
        _call(functions[0], memory[0], memory[1])
        _call(functions[1], memory[0], memory[1])
        if not note(memory, geoms, positions, normals, distances, rows):
            return count - done - 1
    return -1


@compiled
def note(
    memory: IntArray,
    geoms: Int32Array,
    positions: FloatArray,
    normals: FloatArray,
    distances: FloatArray,
    rows: IntArray,
) -> bool:
    """Add the contacts of now, unless they are between the same pairs as the last ones; whether there was room.

    ``memory``: see ``mujoco_memory``. Contacts fill rows of ``geoms`` (n, 2), ``positions`` (n, 3), ``normals`` (n, 3)
    and ``distances`` (n,); ``rows``: where the last ones begin and where they end.
    """
    touching = carray(pointer(memory[2]), 1, np.int32)[0]
    begin, end = rows
    if end - begin == touching and _same(memory, geoms, begin, touching):
        return True  # what rolls or rests touches the same things step after step
    if touching and (memory[3] == 0 or end + touching > len(geoms)):
        return False
    rows[0], rows[1] = end, end + touching
    for k in range(touching):
        start = memory[3] + k * memory[4]
        pair = carray(pointer(start + memory[5]), 2, np.int32)
        position = carray(pointer(start + memory[6]), 3, np.float64)
        normal = carray(pointer(start + memory[7]), 3, np.float64)
        geoms[end + k, 0], geoms[end + k, 1] = pair[0], pair[1]
        for axis in range(3):
            positions[end + k, axis], normals[end + k, axis] = position[axis], normal[axis]
        distances[end + k] = carray(pointer(start + memory[8]), 1, np.float64)[0]
    return True


@compiled
def _same(memory: IntArray, geoms: Int32Array, begin: int, count: int) -> bool:
    """Whether the contacts now are between the pairs of ``geoms`` from ``begin`` on."""
    for k in range(count):
        pair = carray(pointer(memory[3] + k * memory[4] + memory[5]), 2, np.int32)
        if pair[0] != geoms[begin + k, 0] or pair[1] != geoms[begin + k, 1]:
            return False
    return True
