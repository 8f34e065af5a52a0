"""Random streams: one per purpose, so that a change in one part of the town does not move the others."""

import zlib

import numpy as np

DEFAULT_SEED = 20260101


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator that depends on the seed and the words of its purpose only (not on Python's hash seed)."""
    words = [zlib.crc32(str(part).encode()) for part in purpose]
    return np.random.default_rng([seed, *words])
