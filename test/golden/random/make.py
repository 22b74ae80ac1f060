"""Golden draws of core/random/stream.ts, from xoshiro128** written again in Python on its published definition.

Reference: David Blackman and Sebastiano Vigna, "Scrambled linear pseudorandom number generators" (xoshiro128**).
Run: python test/golden/random/make.py > test/golden/random/stream.json
"""
import json

MASK = 0xFFFFFFFF


def murmur_finaliser(h):
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def fnv1a(text, basis):
    h = basis
    for character in text:
        h = ((h ^ ord(character)) * 0x01000193) & MASK
    return murmur_finaliser(h)


def rotate_left(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


def stream(key):
    text = json.dumps(key, separators=(",", ":"), ensure_ascii=False)
    s = [fnv1a(text, b) for b in (0x811C9DC5, 0x9E3779B9, 0x7F4A7C15, 0xF39CC060)]
    s[3] |= 1
    drawn = 0
    while True:
        result = (rotate_left((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 9) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate_left(s[3], 11)
        drawn += 1
        if drawn > 8:
            yield result


if __name__ == "__main__":
    keys = [[0], [1, 2, 3, "mutation"], [42, 0, 17, "temperature"], ["\u00e9", -1]]
    cases = []
    for key in keys:
        draws = stream(key)
        cases.append({"key": key, "draws": [next(draws) for _ in range(16)]})
    print(json.dumps(cases))
