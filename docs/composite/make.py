"""Draw the picture of the page on composites again: ``python docs/composite/make.py``, or with a folder for it.

What stands in for photographs is drawn from shipped factories, with a lens, noise and compression of its own.
"""

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

import factories
from training.cli import main as twin
from training.dataset import Dataset
from training.derive.eyes import mount
from twin import rendering
from twin.lenses import Lens
from twin.rendering.overlay import Style, draw
from twin.scene import WORLD, Camera

Picture = npt.NDArray[np.uint8]

SIZE = (480, 320)
PLACES = {
    "cross_dock": (5.0, 7.0, 1.6, 0.35, 0.15),
    "narrow_aisles": (3.0, 10.0, 1.5, 0.1, 0.12),
}
"""x, y, height, yaw and pitch of the camera, by layout."""
FOV = 0.95
SEED = 4


def photo(layout: str) -> Picture:
    """As a camera would have stored it."""
    camera = Camera("photo", WORLD, mount(*PLACES[layout]), Lens.from_fov(2 * SIZE[0], 2 * SIZE[1], FOV))
    with rendering.create(factories.build(factories.load(layout)), quality="full") as renderer:
        rgb = renderer.render(renderer.scene.initial_poses, camera).rgb
    soft = cv2.GaussianBlur(rgb.astype(np.float32), (0, 0), 1.0)
    noisy = soft * (1.0, 0.97, 0.92) + np.random.default_rng(1).normal(0, 4, soft.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def main() -> None:
    """Write the picture: a row a photo, the photo, the composite and its labels."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        photos, made = Path(scratch) / "photos", Path(scratch) / "C.zarr"
        photos.mkdir()
        for layout in PLACES:
            Image.fromarray(photo(layout)).save(photos / f"{layout}.jpg", quality=90)
        size = f"{2 * SIZE[0]}x{2 * SIZE[1]}"
        flags = ["--least", "3", "--most", "4", "--size", size, "--seed", str(SEED)]
        if twin(["composite", "--photos", str(photos), "--out", str(made), *flags]):
            raise SystemExit(1)
        dataset = Dataset(made)
        for k, record in enumerate(dataset.records()):
            given = dataset.label_input(k, "photo")
            with Image.open(photos / record.layout) as image:
                panels = [np.asarray(image), given.frame.rgb, draw(given, Style(smallest=80))]
            rows.append(np.concatenate([cv2.resize(one, SIZE, interpolation=cv2.INTER_AREA) for one in panels], axis=1))
    Image.fromarray(np.concatenate(rows)).save(folder / "composites.jpg", quality=88, optimize=True)


if __name__ == "__main__":
    main()
