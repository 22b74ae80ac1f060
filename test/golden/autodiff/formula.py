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


def seed_of(name):
    """FNV-1a of a name, 31 bits: the seed of its numbers."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h & 0x7FFFFFFF
