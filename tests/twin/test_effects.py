"""Effects of cameras: they change colours, by their parameters and the draw alone."""

import numpy as np
import pytest

from twin.effects import effects, parsed
from twin.effects._base import encoded, linear
from twin.errors import TwinError


@pytest.mark.parametrize("name", sorted(effects()))
def test_they_change_pixels_and_depend_on_the_draw_alone(name: str) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    before = rgb.copy()
    first, again, other = (parsed(name)(rgb, np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.dtype == np.uint8
    assert first.shape == rgb.shape
    np.testing.assert_array_equal(rgb, before)
    np.testing.assert_array_equal(first, again)
    assert (first != rgb).any()
    assert (first != other).any()


def test_noise_has_the_deviation_that_is_asked_for() -> None:
    grey, white = np.full((200, 200, 3), 128, np.uint8), np.full((200, 200, 3), 200, np.uint8)
    noisy = parsed("noise:read=9")(grey, np.random.default_rng(0)).astype(float)
    assert abs(noisy.std() - 9) < 0.2
    assert abs(noisy.mean() - 128) < 0.2
    both = parsed("noise:read=3,shot=8")(white, np.random.default_rng(0)).astype(float)
    assert abs(both.std() - np.hypot(3, 8 * np.sqrt(200 / 255))) < 0.2


def test_a_stop_doubles_the_light() -> None:
    grey = np.full((2, 2, 3), 100, np.uint8)
    brighter = parsed("exposure:stops=1")(grey, np.random.default_rng(0))
    assert linear(brighter)[0, 0, 0] == pytest.approx(2 * linear(grey)[0, 0, 0], rel=0.02)


def test_warmer_is_redder_and_colder_its_inverse() -> None:
    grey = np.full((2, 2, 3), 120, np.uint8)
    warm = parsed("white_balance:temperature=0.4")(grey, np.random.default_rng(0))[0, 0].astype(int)
    cold = parsed("white_balance:temperature=-0.4")(grey, np.random.default_rng(0))[0, 0].astype(int)
    assert warm[0] > 120 > warm[2]
    np.testing.assert_array_equal(warm, cold[::-1])


def test_light_and_its_code_are_inverses() -> None:
    every = np.arange(256, dtype=np.uint8)
    assert abs(encoded(linear(every)).astype(int) - every)[16:].max() <= 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("blurr", "unknown effect 'blurr'; did you mean 'blur'?"),
        ("noise:raed=3", "effect 'noise': unknown parameter 'raed'; did you mean 'read'?"),
        ("noise:read=-1", "noise: read: Input should be greater than or equal to 0"),
        ("noise:read=much", "noise: read: should be a number, or a range such as 0.5..2, not 'much'"),
        ("exposure:stops=1..-1", "exposure: stops: uniform: the first number should not be above the second"),
        ("exposure:stops=0..9", "exposure: stops: Input should be less than or equal to 6"),
    ],
)
def test_those_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(TwinError) as caught:
        parsed(text)
    assert message in str(caught.value)
