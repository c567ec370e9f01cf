import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

import factories
from factories import importers
from factories.importers.images import Channels
from factories.importers.rectangles import rectangles
from factories.importers.ros_map import MapFile, occupancy
from factories.validation import problems
from twin.errors import FileError, InputError, UnknownNameError, UnsafeFileError

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "maps"
AWS = DATA / "aws_small_warehouse" / "map.yaml"
WAREHOUSE = DATA / "movingai" / "warehouse-10-20-10-2-1.map"

bitmaps = st.builds(
    lambda seed, height, width, share: np.random.default_rng(seed).random((height, width)) < share,
    st.integers(0, 2**32 - 1),
    st.integers(21, 40),
    st.integers(21, 40),
    st.floats(0, 0.8),
)


def write_ros(folder: Path, pixels: np.ndarray, suffix: str = "pgm", **keys: object) -> Path:
    Image.fromarray(pixels).save(folder / f"floor.{suffix}")
    return write_yaml(folder, image=f"floor.{suffix}", **keys)


def write_yaml(folder: Path, **keys: object) -> Path:
    path = folder / "plan.yaml"
    values = {"image": "floor.pgm", "resolution": 0.1, "origin": [0, 0, 0], **keys}
    path.write_text("".join(f"{key}: {value}\n" for key, value in values.items() if value is not None))
    return path


def drawn(imported: importers.Imported, resolution: float, shape: tuple[int, int]) -> np.ndarray:
    """The top row first, as in the files."""
    grid = factories.occupancy_of(imported.layout, known_only=True, resolution=resolution)
    assert grid.blocked.shape == shape
    return grid.blocked[::-1]


@settings(max_examples=30, deadline=None)
@given(bitmaps)
def test_rectangles_cover_their_cells_once_and_no_others(mask):
    count = np.zeros(mask.shape, dtype=int)
    found = rectangles(mask)
    for x, y, width, height in found:
        count[y : y + height, x : x + width] += 1
    assert (count == mask).all()
    assert len(found) <= mask.sum()


def test_rectangles_are_few():
    mask = np.zeros((40, 60), dtype=bool)
    mask[5:30, 10:12] = mask[20:22, 20:50] = True
    assert len(rectangles(mask)) == len(rectangles(mask.T)) == 2


@settings(max_examples=20, deadline=None)
@given(bitmaps, st.sampled_from(["pgm", "png"]), st.sampled_from([0.1, 0.25]), st.integers(0, 1))
def test_a_ros_map_comes_back_cell_by_cell(tmp_path_factory, mask, suffix, resolution, negate):
    assume(not mask.all())
    pixels = np.where(mask == bool(negate), 254, 0).astype(np.uint8)
    path = write_ros(tmp_path_factory.mktemp("map"), pixels, suffix, resolution=resolution, negate=negate)
    imported = importers.load(path)
    assert imported.agreement == 1.0
    assert imported.cells == mask.sum()
    assert (drawn(imported, resolution, mask.shape) == mask).all()


@settings(max_examples=20, deadline=None)
@given(bitmaps, st.booleans(), st.sampled_from([0.1, 0.5]))
def test_a_movingai_map_comes_back_cell_by_cell(tmp_path_factory, mask, octile, resolution):
    assume(not mask.all())
    path = tmp_path_factory.mktemp("map") / "floor.map"
    height, width = mask.shape
    if octile:
        rows = ["".join("@" if cell else "." for cell in row) for row in mask]
        header = ["type octile", f"height {height}", f"width {width}", "map"]
    else:
        rows = [" ".join(str(int(cell)) for cell in row) + " " for row in mask]
        header = [str(height), str(width)]
    path.write_text("\n".join([*header, *rows]) + "\n")
    imported = importers.load(path, resolution=resolution)
    assert imported.agreement == 1.0
    assert (drawn(imported, resolution, mask.shape) == mask).all()


@settings(max_examples=10, deadline=None)
@given(bitmaps, st.floats(-4, 4), st.floats(-50, 50), st.floats(-50, 50))
def test_a_turned_map_agrees_in_its_own_frame(tmp_path_factory, mask, yaw, x, y):
    assume(not mask.all())
    pixels = np.where(mask, 0, 254).astype(np.uint8)
    imported = importers.load(write_ros(tmp_path_factory.mktemp("map"), pixels, origin=[x, y, yaw]))
    assert imported.agreement > 0.995
    x0, y0, x1, y1 = imported.layout.bounds
    height, width = (0.1 * n for n in mask.shape)
    corner = np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]]) @ [width, height] + [x, y]
    assert x0 - 1e-6 <= corner[0] <= x1 + 1e-6
    assert y0 - 1e-6 <= corner[1] <= y1 + 1e-6


def test_around_a_turned_map_nobody_goes(tmp_path):
    pixels = np.full((40, 40), 254, dtype=np.uint8)
    imported = importers.load(write_ros(tmp_path, pixels, origin=[0, 0, np.pi / 4]))
    grid = factories.occupancy_of(imported.layout)
    assert not grid.is_blocked([0.0, 2.0])
    assert grid.is_blocked([[-2.5, 0.5], [2.5, 0.5], [-2.5, 5.2], [2.5, 5.2]]).all()


def test_unknown_cells_are_kept_out_of(tmp_path):
    pixels = np.full((30, 30), 254, dtype=np.uint8)
    pixels[:10], pixels[20:, :5] = 205, 0
    imported = importers.load(write_ros(tmp_path, pixels, free_thresh=0.19))
    at = [[1.5, 2.5], [0.25, 0.5], [1.5, 1.5]]
    assert list(factories.occupancy_of(imported.layout).is_blocked(at)) == [True, True, False]
    assert imported.cells == 50
    assert imported.boxes == 1
    assert [item.type for item in imported.layout.equipment] == ["blocks", "keepout"]


def test_the_lower_left_pixel_is_the_origin(tmp_path):
    pixels = np.full((30, 40), 254, dtype=np.uint8)
    pixels[-1, 0] = 0
    layout = importers.load(write_ros(tmp_path, pixels, resolution=0.5, origin=[-3, 7, 0])).layout
    assert layout.bounds == (-3, 7, 17, 22)
    grid = factories.occupancy_of(layout, resolution=0.5)
    assert np.argwhere(grid.blocked).tolist() == [[0, 0]]


# What Nav2's map server makes of a pixel: mode, negate, channels (the last of 2 or 4 is alpha), occupancy.
PIXELS = [
    ("trinary", 0, (0,), 100),
    ("trinary", 0, (254,), 0),
    ("trinary", 0, (205,), -1),
    ("trinary", 1, (254,), 100),
    ("trinary", 1, (0,), 0),
    ("trinary", 0, (0, 0, 30), 100),
    ("trinary", 0, (0, 255), 100),  # opaque black is a shade of 1/4
    ("trinary", 0, (0, 0, 0, 255), 100),
    ("trinary", 0, (90, 90, 90, 255), -1),
    ("trinary", 0, (90, 90, 90), -1),
    ("trinary", 0, (80, 80, 80), 100),
    ("trinary", 0, (80, 80, 80, 255), -1),
    ("trinary", 0, (255, 255, 255, 255), 0),
    ("scale", 0, (0, 0, 0, 255), 100),
    ("scale", 0, (0, 0, 0, 254), -1),
    ("scale", 0, (255,), 0),
    ("scale", 0, (148,), 49),
    ("scale", 1, (148,), 85),
    ("raw", 0, (0,), 0),
    ("raw", 1, (57,), 57),
    ("raw", 0, (100,), 100),
    ("raw", 0, (101,), -1),
    ("raw", 0, (255,), -1),
]


@pytest.mark.parametrize(("mode", "negate", "channels", "expected"), PIXELS)
def test_pixels_mean_what_nav2_says(mode, negate, channels, expected):
    file = MapFile(
        image="x", resolution=1, origin=(0, 0, 0), mode=mode, negate=negate, occupied_thresh=0.65, free_thresh=0.196
    )
    values = np.array([[channels]], dtype=np.uint8)
    alpha = values[..., -1] if len(channels) in (2, 4) else None
    image = Channels(values if alpha is None else values[..., :-1], 255, alpha)
    assert occupancy(image, file).tolist() == [[expected]]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I;16"])
def test_all_kinds_of_png_are_read(tmp_path, mode):
    mask = np.random.default_rng(0).random((30, 30)) < 0.3
    grey = np.where(mask, 0, 255).astype(np.uint8)
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    image.save(tmp_path / "floor.png")
    keys = {"mode": "scale"} if mode in ("LA", "RGBA") else {}
    imported = importers.load(write_yaml(tmp_path, image="floor.png", **keys))
    assert (drawn(imported, 0.1, mask.shape) == mask).all()


def test_plain_and_sixteen_bit_pgm_are_read(tmp_path):
    mask = np.random.default_rng(1).random((25, 30)) < 0.3
    for kind, full in (("P2", 255), ("P2", 100), ("P5", 65535)):
        values = np.where(mask, 0, full)
        header = f"{kind}\n# made by hand\n30 25\n{full}\n".encode()
        body = " ".join(map(str, values.ravel())).encode() if kind == "P2" else values.astype(">u2").tobytes()
        (tmp_path / "floor.pgm").write_bytes(header + body)
        assert (drawn(importers.load(write_yaml(tmp_path)), 0.1, mask.shape) == mask).all()


@pytest.mark.skipif(not AWS.exists(), reason="the shared map is not here")
def test_the_aws_warehouse_keeps_its_free_space(tmp_path):
    imported = importers.load(AWS)
    assert imported.agreement >= 0.995
    assert imported.boxes < imported.cells / 5
    assert imported.layout.name == "aws_small_warehouse"
    assert "3673 occupied cells became" in imported.summary()
    assert list(problems(imported.layout)) == []
    factories.save(imported.layout, tmp_path / "aws.yaml")
    assert factories.load(tmp_path / "aws.yaml") == imported.layout
    grid = factories.occupancy_of(imported.layout, known_only=True).inflated(0.5)
    free = grid.largest_free()
    assert free.sum() > 0.99 * (~grid.blocked).sum()
    assert not grid.look_up(free, [[-1.5, 9.5], [4.0, 8.0], [7.2, 0.0], [-1.5, 2.0]], outside=False).any()


@pytest.mark.skipif(not WAREHOUSE.exists(), reason="the shared map is not here")
def test_the_movingai_warehouse_keeps_its_free_space():
    imported = importers.load(WAREHOUSE, resolution=1.5)
    assert imported.agreement == 1.0
    assert imported.layout.size == (241.5, 94.5)
    assert list(problems(imported.layout)) == []


def bomb() -> bytes:
    """A PNG of 100000 x 100000 pixels with no data."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    data = zlib.compress(b"\0")
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", len(data))
        + b"IDAT"
        + data
        + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    )


@pytest.mark.parametrize("name", ["floor.png", "floor.pgm"])
def test_a_bomb_is_refused_before_memory_is_taken(tmp_path, name):
    (tmp_path / name).write_bytes(bomb() if name.endswith("png") else b"P5\n100000 100000\n255\n")
    with pytest.raises(UnsafeFileError, match=r"floor\.p.*100000 x 100000 pixels are too many; at most 64 megapixels"):
        importers.load(write_yaml(tmp_path, image=name))


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.99])
@pytest.mark.parametrize("suffix", ["pgm", "png"])
def test_an_image_cut_short_is_an_error(tmp_path, suffix, keep):
    pixels = (np.random.default_rng(0).random((50, 50)) * 255).astype(np.uint8)
    path = write_ros(tmp_path, pixels, suffix)
    image = tmp_path / f"floor.{suffix}"
    image.write_bytes(image.read_bytes()[: int(keep * image.stat().st_size)])
    with pytest.raises(InputError, match=r"the image is damaged or cut short"):
        importers.load(path)


def test_an_image_outside_the_folder_is_refused(tmp_path):
    folder = tmp_path / "map"
    folder.mkdir()
    Image.fromarray(np.full((30, 30), 254, dtype=np.uint8)).save(tmp_path / "secret.png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    for image in ("../secret.png", str(tmp_path / "secret.png"), "link.png"):
        with pytest.raises(UnsafeFileError, match=r"plan\.yaml: image: '.*' lies outside the map's folder"):
            importers.load(write_yaml(folder, image=image))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"image": "none.png"}, r"none\.png: there is no such image file"),
        ({"image": "plan.yaml"}, r"plan\.yaml: is neither a PGM image \(P2, P5\) nor a PNG image"),
        ({"resolution": ".nan"}, r"plan\.yaml:2:1: resolution: "),
        ({"resolution": -0.1}, r"plan\.yaml:2:1: resolution: .*-0\.1"),
        ({"resolution": "fine"}, r"plan\.yaml:2:1: resolution: .*fine"),
        ({"resolution": None}, r"plan\.yaml.*resolution: this key is missing"),
        ({"origin": "[0, 0]"}, r"plan\.yaml:3:1: origin"),
        ({"origin": "[5000, 0, 0]"}, r"a layout reaches no farther than 2000 m; move its origin"),
        ({"occupied_tresh": 0.6}, r"plan\.yaml:4:1: occupied_tresh: unknown key .* did you mean 'occupied_thresh'"),
        ({"free_thresh": 0.7}, r"plan\.yaml:4:1: free_thresh: must be below occupied_thresh, 0\.65, not 0\.7"),
        ({"mode": "binary"}, r"plan\.yaml:4:1: mode: unknown mode 'binary'; did you mean 'trinary'\?"),
        ({"resolution": 0.01}, r"30 x 30 cells of 0\.01 m make 0\.3 x 0\.3 m; a hall has at least 2 m"),
    ],
)
def test_mistakes_in_a_ros_map_are_named(tmp_path, keys, message):
    Image.fromarray(np.full((30, 30), 254, dtype=np.uint8)).save(tmp_path / "floor.pgm")
    with pytest.raises(InputError, match=message):
        importers.load(write_yaml(tmp_path, **keys))


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path):
    with pytest.raises(FileError) as caught:
        importers.load(write_yaml(tmp_path, resolution=0, negate=3))
    assert len(caught.value.problems) >= 2


def test_a_map_with_nothing_free_is_an_error(tmp_path):
    path = write_ros(tmp_path, np.zeros((30, 30), dtype=np.uint8))
    with pytest.raises(InputError, match=r"map 'plan': none of its 30 x 30 cells is free"):
        importers.load(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"floor\.map:1:1: height: this line should be the map's height, or 'type octile' in the first line"),
        ("3\nx\n", r"floor\.map:2:1: width: this line should be the map's width"),
        ("type octile\nheight 2\nwidth x\nmap\n", r"floor\.map:3:1: width: this line should be width NUMBER"),
        pytest.param("1" * 5000 + "\n3\n", r"floor\.map:1:1: height: this line should be the map's", id="digits"),
        ("type octile\nheight 2\nwidth 3\nmaps\n", r"floor\.map:4:1: map: this line should be 'map'"),
        ("type octile\nheight 2\nwidth 3\nmap\n...\n", r"floor\.map: height: the map has 1 rows, not 2"),
        ("type octile\nheight 2\nwidth 3\nmap\n...\n..\n", r"floor\.map:6:1: the row has 2 cells, not 3"),
        ("2\n3\n0 0 0\n0 7 0\n", r"floor\.map:4:3: '7' is no cell; there are 0\.GS1@OTW"),
        ("100000\n100000\n0\n", r"floor\.map: 100000 x 100000 cells are too many; at most 64 million"),
        ("2\n3\n0 0 0\n0 \xff 0\n", r"floor\.map: is not a MovingAI map: byte 12"),
    ],
)
def test_mistakes_in_a_movingai_map_are_named(tmp_path, text, message):
    path = tmp_path / "floor.map"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=message):
        importers.load(path)


def test_wrong_formats_and_options_are_named(tmp_path):
    path = tmp_path / "floor.map"
    path.write_text("3\n3\n0 0 0\n0 0 0\n0 0 0\n")
    assert importers.load(path, format="movingai").cells == 0
    with pytest.raises(UnknownNameError, match=r"unknown map format 'movingia'; did you mean 'movingai'\?"):
        importers.load(path, format="movingia")
    with pytest.raises(
        UnknownNameError, match=r"map format 'movingai': unknown option 'resolutoin'; did you mean 'resolution'\?"
    ):
        importers.load(path, resolutoin=2)
    with pytest.raises(InputError, match=r"resolution must be a length above 0 and up to 100 m, not nan"):
        importers.load(path, resolution=float("nan"))
    with pytest.raises(InputError, match=r"no map format has files that end in '\.dwg'; there are \.map \(movingai\)"):
        importers.load(tmp_path / "floor.dwg")
    with pytest.raises(InputError, match=r"gone\.map: cannot be read: No such file"):
        importers.load(tmp_path / "gone.map")
    with pytest.raises(InputError, match=r"null: is not a file"):
        importers.load("/dev/null", format="movingai")
