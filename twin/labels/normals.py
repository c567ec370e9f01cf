"""Which way surfaces face."""

import numpy as np
import numpy.typing as npt

from twin.labels._input import LabelInput
from twin.labels._label import HEIGHT, WIDTH, Label
from twin.labels._normals import surface_normals
from twin.labels._rays import bordered


def normals(given: LabelInput) -> npt.NDArray[np.float32]:
    """Unit normal of what each pixel shows, in the camera's frame, towards the camera.

    Worked out from depth: exact within flat faces, between two faces where a crease goes through a pixel. (0, 0, 0)
    where nothing returned and for objects that are one pixel wide or high.
    """
    made = np.empty((*given.frame.depth.shape, 3), np.float32)
    surface_normals(given.frame.depth, given.frame.instance, *bordered(given.camera.lens), made)
    return made


LABEL = Label(normals, "float32", (HEIGHT, WIDTH, 3))
