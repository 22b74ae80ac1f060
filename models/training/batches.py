"""Groups of tokens -> batches for Model.forward: flat tokens and the indices that lay them out for attention."""
import random
from dataclasses import dataclass

import numpy as np
import torch


# on CPUs without bfloat16 products it is ten times slower than float32
PRECISION = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


@dataclass
class Batch:
    tokens: torch.Tensor        # [T] prefixes first, then continuations
    positions: torch.Tensor     # [T]
    prefix_tokens: int
    prefix_index: torch.Tensor  # [G, P] flat index of each prefix token, padded
    prefix_mask: torch.Tensor   # [P, P], 0 or -inf
    prefix_back: torch.Tensor   # [prefix tokens] place in the padded layout
    query_index: torch.Tensor   # [R, S]
    query_back: torch.Tensor    # [continuation tokens]
    key_index: torch.Tensor     # [R, P + S]
    mask: torch.Tensor          # [R, 1, S, P + S], 0 or -inf
    counted: torch.Tensor       # continuation tokens whose next token counts
    targets: torch.Tensor


class Data:
    """Groups on disk; a batch holds groups of similar lengths so that padding stays small."""

    def __init__(self, paths, question_end):
        tokens, starts, rows = [], [0], []
        base = 0
        for path in paths:
            z = np.load(path)
            lengths = z['lengths'].astype(np.int64)
            offsets = np.concatenate(([0], np.cumsum(lengths)))
            tokens.append(z['tokens'])
            at = 0
            for n in z['counts']:
                rows.append([(base + offsets[at + j], base + offsets[at + j + 1]) for j in range(n)])
                at += n
            base += offsets[-1]
        self.tokens = np.concatenate(tokens)
        self.groups = rows
        self.question_end = question_end

    def size(self, g):
        return sum(b - a for a, b in self.groups[g])

    def prefix_length(self, g):
        return self.groups[g][0][1] - self.groups[g][0][0]

    def longest(self, g):
        return max(b - a for a, b in self.groups[g][1:])

    def batches(self, seed, size):
        """Endless stream of batches of about `size` tokens."""
        epoch = 0
        while True:
            r = random.Random(seed * 1000 + epoch)
            order = list(range(len(self.groups)))
            r.shuffle(order)
            for a in range(0, len(order), 4096):
                part = sorted(order[a:a + 4096], key=self.prefix_length)
                packs, share = [], len(part) // 12 + 1
                for b in range(0, len(part), share):
                    pack, total = [], 0
                    for g in sorted(part[b:b + share], key=self.longest):
                        pack.append(g)
                        total += self.size(g)
                        if total >= size:
                            packs.append(pack)
                            pack, total = [], 0
                r.shuffle(packs)
                for pack in packs:
                    yield self.batch(pack)
            epoch += 1

    def batch(self, groups):
        groups = [[self.tokens[a:b].astype(np.int64) for a, b in self.groups[g]] for g in groups]
        return make_batch(groups, self.question_end)


def make_batch(groups, question_end):
    """groups: lists [prefix, continuation, ...] of token arrays. Loss counts after the second mark question_end of a continuation."""
    prefixes = [g[0] for g in groups]
    rows = [(i, c) for i, g in enumerate(groups) for c in g[1:]]
    P, S = max(map(len, prefixes)), max(len(c) for _, c in rows)
    tokens = np.concatenate(prefixes + [c for _, c in rows])
    positions = np.concatenate([np.arange(len(p)) for p in prefixes] + [np.arange(len(c)) + len(prefixes[i]) for i, c in rows])
    prefix_tokens = sum(map(len, prefixes))
    prefix_index = np.zeros((len(prefixes), P), dtype=np.int64)
    prefix_back = np.empty(prefix_tokens, dtype=np.int64)
    starts, at = [], 0
    for i, p in enumerate(prefixes):
        starts.append(at)
        prefix_index[i, :len(p)] = np.arange(at, at + len(p))
        prefix_back[at:at + len(p)] = i * P + np.arange(len(p))
        at += len(p)
    query_index = np.zeros((len(rows), S), dtype=np.int64)
    query_back = np.empty(len(tokens) - prefix_tokens, dtype=np.int64)
    key_index = np.zeros((len(rows), P + S), dtype=np.int64)
    allowed = np.zeros((len(rows), P + S), dtype=bool)
    counted, targets = [], []
    for r, (i, c) in enumerate(rows):
        n = len(prefixes[i])
        query_index[r, :len(c)] = np.arange(at, at + len(c))
        query_back[at - prefix_tokens:at - prefix_tokens + len(c)] = r * S + np.arange(len(c))
        key_index[r, :n] = prefix_index[i, :n]
        key_index[r, P:P + len(c)] = np.arange(at, at + len(c))
        allowed[r, :n] = True
        allowed[r, P:] = True
        first = int(np.flatnonzero(c == question_end)[0])
        counted.append(np.arange(at - prefix_tokens + first, at - prefix_tokens + len(c) - 1))
        targets.append(c[first + 1:])
        at += len(c)
    causal = np.ones((S, P + S), dtype=bool)
    causal[:, P:] = np.tril(np.ones((S, S), dtype=bool))
    mask = torch.from_numpy(allowed)[:, None, None, :] & torch.from_numpy(causal)[None, None]
    bias = torch.zeros(mask.shape, dtype=PRECISION).masked_fill_(~mask, float('-inf'))
    prefix_mask = torch.full((P, P), float('-inf'), dtype=PRECISION).triu(1)
    t = torch.from_numpy
    return Batch(t(tokens), t(positions), prefix_tokens, t(prefix_index), prefix_mask, t(prefix_back), t(query_index), t(query_back), t(key_index), bias,
                 t(np.concatenate(counted)), t(np.concatenate(targets)))
