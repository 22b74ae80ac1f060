"""Judges every program of corpus/*.txt with PyTorch and writes corpus.json: whether it can be trained, its parameters, or
the exception with the last line of the program in its traceback.

A program is text as a language model gives it. It is cut to its network first, by the rule of core/network/cut.ts: the
class Net, else the first class that no later one mentions, with the definitions, imports and assignments at the margin
that it needs. What is cut away becomes empty lines, so that a traceback has the lines of the text.

Trainable: forward gives [N, 10] for two batch sizes, a step of SGD works and leaves finite parameters, and forward gives
[N, 10] in evaluation mode too.

    python test/golden/network/make_corpus.py [OUTPUT.json]        (PyTorch 2.13, CPU)
"""
import contextlib
import io
import json
import re
import sys
import traceback
import warnings
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = Path(__file__).parent
FILE = "network.py"
STRING = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|#[^\n]*", re.S)


def programs():
    for path in sorted((HERE / "corpus").glob("*.txt")):
        parts = re.split(r"^# --- (.+)\n", path.read_text(), flags=re.M)
        yield from zip(parts[1::2], parts[2::2])


def pieces(text):
    """(first line, text) of each statement at the margin, without the comments that follow it."""
    # Strings and comments as blanks of the same lines, for finding margins and brackets.
    bare = STRING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text).split("\n")
    found, depth = [], 0
    for number, (line, code) in enumerate(zip(text.split("\n"), bare)):
        definition = re.match(r"(class|def|import|from|@)", code)
        if re.match(r"[^\s)\]}]", code) and (depth == 0 or definition):
            decorated = found and found[-1][1][-1].startswith("@")
            if not decorated:
                found.append((number, []))
            depth = 0
        depth = max(0, depth + len(re.findall(r"[(\[{]", code)) - len(re.findall(r"[)\]}]", code)))
        if found:
            found[-1][1].append(line)
    return [(number, re.sub(r"(\n\s*(#[^\n]*)?)+\Z", "", "\n".join(lines))) for number, lines in found]


def bound(piece):
    """The names that a piece at the margin binds."""
    if defined := re.search(r"^(?:class|def)\s+(\w+)", piece, re.M):
        return {defined[1]}
    if imported := re.match(r"(?:from\s+\S+\s+)?import\s+([\s\S]*)", piece):
        return {part.split(" as ")[-1].strip().split(".")[0] for part in re.sub(r"[()\\]", " ", imported[1]).split(",")}
    assigned = re.match(r"(\w+)\s*(?::[^=\n]+)?=(?!=)", piece)
    return {assigned[1]} if assigned else set()


def cut(text):
    """(text with what the network does not need blanked, name of its class)"""
    parts = [(number, piece, bound(piece)) for number, piece in pieces(text)]
    classes = [part for part in parts if re.search(r"^class\s", part[1], re.M)]
    mentioned = lambda piece: set(re.findall(r"[A-Za-z_]\w*", piece))
    free = [part for i, part in enumerate(classes) if not any(part[2] & mentioned(later[1]) for later in classes[i + 1 :])]
    network = next((part for part in classes if part[2] == {"Net"}), free[0])
    kept, wanted = [network], [network]
    while wanted:
        needed = mentioned(wanted.pop()[1])
        more = [part for part in parts if part[2] & needed and part not in kept]
        kept += more
        wanted += more
    lines = [""] * len(text.split("\n"))
    for number, piece, _ in kept:
        lines[number : number + len(piece.split("\n"))] = piece.split("\n")
    return "\n".join(lines), next(iter(network[2]))


def checked(output, batch):
    if not isinstance(output, torch.Tensor):
        raise TypeError(f"output is a {type(output).__name__}")
    if tuple(output.shape) != (batch, 10):
        raise ValueError(f"output is {tuple(output.shape)}")
    return output


def train(source, name):
    """Builds the network, trains it for a step and returns its number of parameters. @raises what the program raises"""
    names = {"__name__": "network", "torch": torch, "nn": nn, "F": F}
    exec(compile(source, FILE, "exec"), names)
    net = names[name]()
    for batch in (5, 2):
        output = checked(net(torch.randn(batch, 3, 32, 32)), batch)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    F.cross_entropy(output, torch.tensor([3, 7])).backward()
    optimizer.step()
    if not all(parameter.isfinite().all() for parameter in net.parameters()):
        raise ValueError("a step leaves parameters that are not finite")
    net.eval()
    checked(net(torch.randn(2, 3, 32, 32)), 2)
    return sum(parameter.numel() for parameter in net.parameters())


def line_of(error):
    """The last line of the program in a traceback, None where there is none."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
    return lines[-1] if lines else None


def verdict(text):
    torch.manual_seed(0)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return {"trainable": True, "params": train(*cut(text))}
    except Exception as error:
        message = re.sub(r" \(/\S*\)", "", str(error).partition("\n")[0])[:120]
        return {"trainable": False, "error": type(error).__name__, "message": message, "line": line_of(error)}


def main():
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    result = {name: verdict(text) for name, text in programs()}
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in result.items())
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus.json"
    output.write_text(f'{{\n "torch": {json.dumps(torch.__version__)},\n "programs": {{\n{rows}\n }}\n}}\n')
    good = sum(row["trainable"] for row in result.values())
    print(f"{len(result)} programs, {good} trainable")
    for name, row in result.items():
        if row["trainable"] == name.startswith("wrong-"):
            print("unexpected:", name, row.get("line"), row.get("message"))


if __name__ == "__main__":
    main()
