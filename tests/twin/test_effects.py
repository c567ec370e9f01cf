"""Effects of cameras: they change colours, by their parameters and the draw alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.effects import effects, made, parsed
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


@settings(max_examples=20, deadline=None)
@given(
    value=st.integers(80, 175),
    read=st.floats(0, 12),
    shot=st.floats(0, 12),
    side=st.sampled_from([150, 400]),  # large images get their numbers in another way
    seed=st.integers(0, 2**31),
)
def test_noise_has_the_mean_and_the_variance_of_reading_and_of_light(
    value: int, read: float, shot: float, side: int, seed: int
) -> None:
    grey = np.full((side, side, 3), value, np.uint8)
    noisy = made("noise", {"read": read, "shot": shot})(grey, np.random.default_rng(seed)).astype(float)
    variance = read**2 + shot**2 * value / 255
    assert abs(noisy.mean() - value) < 0.02 * np.sqrt(variance) + 1e-9
    rounding = 1 / 12 if variance > 0.5 else 0.5  # less noise than that is often rounded off
    assert abs(noisy.var() - variance) < 0.03 * variance + rounding


def test_noise_does_not_repeat_itself_within_an_image() -> None:
    grey = np.full((600, 600, 3), 128, np.uint8)
    noisy = parsed("noise:read=30")(grey, np.random.default_rng(0)).ravel()
    eight = np.lib.stride_tricks.sliding_window_view(noisy, 8)
    codes = np.ascontiguousarray(eight).view(np.uint64).ravel()
    assert len(np.unique(codes)) == len(codes)


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
        ("noise:read=nan", "noise: read: should be a number, or a range such as 0.5..2, not 'nan'"),
        ("noise:read=0..inf", "noise: read: should be a number, or a range such as 0.5..2, not '0..inf'"),
        ("exposure:stops=1..-1", "exposure: stops: uniform: the first number should not be above the second"),
        ("exposure:stops=0..9", "exposure: stops: Input should be less than or equal to 6"),
    ],
)
def test_those_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(TwinError) as caught:
        parsed(text)
    assert message in str(caught.value)
