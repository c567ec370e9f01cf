"""Cameras take images at their own rate."""

import numpy as np

from twin.rendering.frame import Frame
from twin.sensors.shutter import Image, Shutter


def frame(value: int) -> Frame:
    return Frame(np.full((2, 2, 3), value, np.uint8), np.ones((2, 2), np.float32), np.zeros((2, 2), np.uint16))


def looked(rate: float, times: np.ndarray) -> list[Image]:
    shutter, drawn = Shutter(rate), iter(range(1000))
    return [shutter.look(float(t), lambda: frame(next(drawn) % 256)) for t in times]


def test_a_camera_slower_than_the_world_shows_its_last_image():
    images = looked(4.0, np.cumsum([0.0, *[0.1] * 20]))  # a sum, as engines have it
    assert np.allclose(sorted({image.time for image in images}), [0.0, 0.3, 0.5, 0.8, 1.0, 1.3, 1.5, 1.8, 2.0])
    ages = np.arange(21) * 0.1 - [image.time for image in images]
    assert ages.max() < 0.25
    assert ages.min() > -1e-9


def test_when_an_image_falls_due_does_not_hang_on_who_looks():
    times = np.cumsum([0.0, *[0.1] * 20])
    shutter, before = Shutter(4.0), np.array([-0.1, *times])
    due = [float(now) for last, now in zip(before, times, strict=False) if shutter.takes(float(last), float(now))]
    assert np.allclose(due, sorted({image.time for image in looked(4.0, times)}))
    assert Shutter(0.0).takes(1.0, 1.0)


def test_a_faster_camera_and_one_without_a_rate_take_one_at_every_look():
    for rate in (0.0, 10.0, 37.0):
        images = looked(rate, np.cumsum([0.0, *[0.1] * 5]))
        assert [image.frame.rgb[0, 0, 0] for image in images] == [0, 1, 2, 3, 4, 5]


def test_what_the_caller_does_to_an_image_does_not_come_back():
    shutter = Shutter(1.0)
    shutter.look(0.0, lambda: frame(7)).frame.rgb[:] = 0
    assert (shutter.look(0.1, lambda: frame(9)).frame.rgb == 7).all()


def test_time_that_begins_anew_takes_a_new_image():
    shutter = Shutter(1.0)
    shutter.look(5.0, lambda: frame(1))
    assert shutter.look(0.0, lambda: frame(2)).time == 0.0
