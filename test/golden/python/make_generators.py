"""Runs every snippet of generators.txt, and programs composed at random, under CPython; writes generators.json.

    python test/golden/python/make_generators.py

The random programs are pipelines of lazy iterators over sources that note what they give, ended by something that
takes items: the order of the notes says what was evaluated when.
"""
import json
import os
import random
import resource
import sys
import warnings
from pathlib import Path

from make import run

HERE = Path(__file__).parent
COUNT = 400

HEAD = """import itertools
log = []
y = [1, 2]
d = {0: 5}
s = {1}
def src(name, n, fail=None):
    for i in range(n):
        log.append(name + str(i))
        if i == fail:
            raise ValueError(name)
        yield i + len(y)
    return name
class It:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        log.append('next' + str(self.n))
        return self.n + len(d)
def note(name, v):
    log.append(name)
    return v
"""


def source(rng):
    n = rng.randint(0, 5)
    return rng.choice([
        f"src('{rng.choice('abc')}', {n})",
        f"src('e', {n}, {rng.randint(0, 4)})",
        f"It({n})",
        "y",
        "list(y)",
        "reversed(y)",
        "d",
        "d.values()",
        f"range({n})",
        f"[{', '.join(str(rng.randint(0, 4)) for _ in range(n))}]",
        f"iter(({', '.join(str(rng.randint(0, 4)) + ',' for _ in range(1))}))",
        f"(y[-1] + i for i in range({n}))",
        f"(note('g', len(y) + i) for i in src('h', {n}))",
        f"itertools.repeat(len(y), {n})",
    ])


def pipe(rng, depth):
    if depth == 0:
        return source(rng)
    a = pipe(rng, depth - 1)
    b = source(rng)
    k = rng.randint(0, 3)
    return rng.choice([
        f"map(lambda v: note('m', v + {k}), {a})",
        f"map(lambda v, w: v + w + len(y), {a}, {b})",
        f"filter(lambda v: note('f', v % {k + 2}), {a})",
        f"(v + len(d) for v in {a} if v != {k})",
        f"(v + w for v in {a} for w in range({k}))",
        f"(p[0] + p[1] for p in zip({a}, {b}))",
        f"(i * v for i, v in enumerate({a}, {k}))",
        f"itertools.chain({a}, {b})",
        f"itertools.chain.from_iterable(range(v % 3) for v in {a})",
        f"itertools.islice({a}, {k})",
        f"itertools.islice({a}, {k}, {k + 4}, 2)",
        f"itertools.takewhile(lambda v: v < {k + 4}, {a})",
        f"itertools.dropwhile(lambda v: v < {k}, {a})",
        f"itertools.accumulate({a})",
        f"(v - w for v, w in itertools.pairwise({a}))",
        f"(sum(g) for _, g in itertools.groupby({a}))",
        f"itertools.tee({a})[{k % 2}]",
        f"itertools.islice(itertools.cycle({a}), {k + 2})",
        f"(v if v is not None else -1 for p in itertools.zip_longest({a}, {b}) for v in p)",
        f"itertools.starmap(lambda v, w: v * w, zip({a}, {b}))",
        f"itertools.compress({a}, {b})",
        f"itertools.filterfalse(lambda v: v % 2, {a})",
        f"(lambda it: (yield from it))({a})",
        f"(lambda it: (next(it), (yield from it)) and None if False else it)(iter({a}))",
    ])


def sink(rng, p):
    return rng.choice([
        f"y.extend({p})",
        f"y += {p}",
        f"y.extend(itertools.islice({p}, 4))",
        f"y[1:1] = {p}",
        f"d.update((v, len(d)) for v in {p})",
        f"d.update(zip({p}, y))",
        f"s.update({p})",
        f"out.append(sum({p}))",
        f"out.append(any(v > 4 for v in {p}))",
        f"out.append(all(v < 4 for v in {p}))",
        f"out.append(max({p}, default=None))",
        f"out.append(min({p}, key=lambda v: note('k', -v)))",
        f"out.append(next(iter({p}), 'none'))",
        f"out.append(sorted({p}, key=lambda v: note('k', -v)))",
        f"out.append(3 in {p})",
        f"out.append(tuple({p}))",
        f"out.append([*{p}, len(y)])",
        f"out.append((lambda *a: a)(*{p}))",
        f"out.append(','.join(map(str, {p})))",
        f"out.append(dict(enumerate({p})))",
        f"a, *b = {p}\nout.append((a, b))",
        f"a, b = {p}\nout.append((a, b))",
        f"for v in {p}:\n    out.append(v)\n    if len(y) < 6:\n        y.append(v)\n    if v > 6:\n        break",
        f"for v in {p}:\n    d[v] = len(d)\n    if len(d) > 4:\n        break",
        f"it = iter({p})\nfor v in it:\n    out.append((v, next(it, None)))",
        f"it = iter({p})\nout.append((list(itertools.islice(it, 2)), y.append(9), list(it)))",
        f"g = (v for v in {p})\nout.append((next(g, None), next(g, None)))\ny.append(7)\nout.append(list(g))",
        f"out.append(list(zip(*[iter({p})] * 2)))",
    ])


def program(rng):
    lines = [HEAD + "out = []"]
    for _ in range(rng.randint(1, 3)):
        body = sink(rng, pipe(rng, rng.randint(0, 3)))
        if rng.random() < 0.4:
            body = "try:\n" + "\n".join("    " + line for line in body.split("\n"))
            body += "\nexcept (ValueError, RuntimeError, TypeError, ZeroDivisionError) as e:\n    out.append(type(e).__name__)"
        lines.append(body)
    # Sets have no order that a program may rely on.
    lines.append("result = [out, y, d, sorted(s, key=repr), log]")
    return "\n".join(lines)


def bounded(text):
    """The outcome in a process of its own; None for programs without end (lists that feed themselves)."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
        os.write(write, json.dumps(run(text)).encode()[:60000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        given = pipe.read()
    os.waitpid(child, 0)
    outcome = json.loads(given) if given else {"error": "MemoryError"}
    return None if outcome.get("error") == "MemoryError" else outcome


def main():
    warnings.simplefilter("ignore")
    snippets = (HERE / "generators.txt").read_text().split("---\n")
    rng = random.Random(13)
    composed, seen = [], set()
    while len(composed) < COUNT:
        text = program(rng)
        outcome = bounded(text)
        if outcome is None or text in seen or len(outcome.get("result", "")) > 700:
            continue
        seen.add(text)
        composed.append({"text": text[len(HEAD):], **outcome})
    output = {
        "python": sys.version.split()[0],
        "results": [run(snippet) for snippet in snippets],
        "head": HEAD,
        "composed": composed,
    }
    text = json.dumps({**output, "composed": []}, indent=1)
    lines = ",\n".join("  " + json.dumps(each) for each in composed)
    (HERE / "generators.json").write_text(text.replace('"composed": []', f'"composed": [\n{lines}\n ]') + "\n")
    errors = sum("error" in each for each in composed)
    print(len(snippets), "snippets,", len(composed), "programs,", errors, "that raise")


if __name__ == "__main__":
    main()
