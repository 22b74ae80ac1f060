"""Numbers that Python and TypeScript compute alike, so that goldens hold results only: murmur3's finaliser of a counter."""
import numpy as np


def numbers(shape, seed, scale=1.0, offset=0.0, step=0.0):
    """Float32 values in [offset - scale, offset + scale); `step` rounds them to its multiples, which makes ties."""
    count = int(np.prod(shape))
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype=np.uint64) + np.uint64(1) + np.uint64(seed) * np.uint64(0x9E3779B9)) & mask
    h = ((h ^ (h >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & mask
    h = ((h ^ (h >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & mask
    h = h ^ (h >> np.uint64(16))
    values = (h.astype(np.float64) / 4294967296.0 * 2.0 - 1.0) * scale + offset
    if step:
        values = np.floor(values / step + 0.5) * step
    return values.astype(np.float32).reshape(shape)
