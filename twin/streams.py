"""Streams of random numbers by what they are for, so that two uses of one seed never get the same numbers."""

import hashlib
import json

import numpy as np


def stream(purpose: str, *numbers: int) -> np.random.Generator:
    """Random numbers for a purpose, which a name such as ``stills/shots`` tells, and a seed or more than one number.

    NumPy pads what it is seeded with by zeros: ``default_rng(7)``, ``default_rng((7, 0))`` and Gymnasium's
    ``reset(seed=7)`` all give one stream. Here the generator's seed is the first 128 bits, little-endian, of the
    SHA-256 of ``[purpose, *numbers]`` as JSON, such as ``["stills/shots", 7]``: another name, other numbers, or one
    more of them give another stream, on every machine the same.
    """
    text = json.dumps([purpose, *(int(number) for number in numbers)])
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little"))
