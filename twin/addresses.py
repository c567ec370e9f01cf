"""Arrays by their addresses: how one compiled call reaches what belongs to many worlds."""

from typing import Any

import numpy.typing as npt
from numba import types
from numba.extending import intrinsic


def address(array: npt.NDArray[Any]) -> int:
    """Of an array's first element."""
    return int(array.__array_interface__["data"][0])


@intrinsic
def pointer(_context: Any, _address: Any) -> Any:
    """An address as a pointer, in compiled code: ``carray(pointer(address), shape, dtype)`` is the array again."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return types.voidptr(types.int64), generate
