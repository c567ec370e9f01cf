"""Import this before torchvision where its compiled operators do not fit the installed torch.

Where torchvision is built for graphics cards and torch is not, torchvision's operators cannot be loaded. It then fails
to be imported, because it describes two of them all the same. No loader calls them; they need only be known.
"""

import torch

LIBRARY = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    LIBRARY.define(f"{name}(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor")
