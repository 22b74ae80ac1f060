"""Makes CodeGen checkpoints of several shapes and forms in a folder, and says what transformers computes with them.

Run by convert.full.test.ts: python compare.py FOLDER
FOLDER gets a checkpoint folder each, expected.json (texts with their token ids; for each checkpoint the prompts, the
greedy tokens that follow and the margins of their logits), and probabilities-NAME.f32 [prompts * tokens, vocabulary].
"""

import json
import os
import random
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch

from checkpoints import (
    END, make_model, modelling_code, older_buffers, save_config, save_tokenizer, save_weights, train_tokenizer,
)

SNIPPETS = 1000
TOKENS = 100
PROMPT = 24

# Rotary part smaller than the head and 16 heads; a head that is no power of two, an inner width of its own; the whole
# head turning; sizes that no block of a quantized type fits; CodeGen2's eight blocks.
SHAPES = {
    "narrow-rotary": dict(n_embd=256, n_head=16, rotary_dim=8, n_layer=4, form="safetensors", shard=None, older=False),
    "sharded": dict(n_embd=192, n_head=4, rotary_dim=32, n_layer=3, n_inner=320, form="safetensors", shard=700_000, older=True),
    "whole-rotary": dict(n_embd=128, n_head=8, rotary_dim=16, n_layer=5, form="bin", shard=None, older=True),
    "sharded-bin": dict(n_embd=160, n_head=8, rotary_dim=10, n_layer=2, form="bin", shard=900_000, older=False),
    "eight-blocks": dict(n_embd=256, n_head=8, rotary_dim=16, n_layer=3, form="bin", shard=None, older=True, blocks=8),
    "half": dict(n_embd=128, n_head=16, rotary_dim=4, n_layer=2, form="bin", shard=None, older=True, dtype="float16"),
    "bfloat": dict(n_embd=128, n_head=4, rotary_dim=24, n_layer=2, form="safetensors", shard=None, older=False, dtype="bfloat16"),
}


def library() -> list[str]:
    """Python's own library: the code that the texts are cut from."""
    folder = Path(os.__file__).parent
    return [path.read_text(encoding="utf8", errors="ignore") for path in sorted(folder.glob("*.py"))[:120]]


def snippets(files: list[str]) -> list[str]:
    draw = random.Random(7)
    odd = ["Grüße, 你好 😀", "\t\t\tdeep\n\t\t        mixed", "x\u00a0=\u20031", "a" * 300, " " * 77, "\n\n\n\n   \n", "x . y , z ! n't 's",
           "# привет мир", "\r\n\r\n  if x:\r\n", "é", "0x1F_FF + 1e-9 if a<=b else ~c"]
    texts = []
    while len(texts) < SNIPPETS:
        text = draw.choice(files)
        if len(text) < 400:
            continue
        kind = draw.random()
        if kind < 0.45:
            lines = text.splitlines(keepends=True)
            first = draw.randrange(len(lines))
            piece = "".join(lines[first:first + draw.randint(1, 30)])
        elif kind < 0.9:
            first = draw.randrange(len(text) - 200)
            piece = text[first:first + draw.randint(1, 600)]
        else:
            first = draw.randrange(len(text) - 200)
            piece = draw.choice(odd) + text[first:first + draw.randint(0, 80)] + draw.choice(odd)
        if piece and END not in piece:
            texts.append(piece)
    return texts


def as_large_archive(path: Path) -> None:
    """The same archive with its sizes and places in 64 bits, as PyTorch writes files over 4 GB."""
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 20
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in entries:
                archive.writestr(name, content)
    finally:
        zipfile.ZIP64_LIMIT = limit


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    files = library()
    tokenizer = train_tokenizer(files, 3000, folder / "tokenizer")
    end = len(tokenizer) - 1
    tokenizer.add_tokens([" " * n for n in range(31, 1, -1)] + ["\t" * n for n in range(9, 1, -1)])
    texts = snippets(files)
    expected = {"texts": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in texts], "checkpoints": {}}

    for seed, (name, shape) in enumerate(SHAPES.items()):
        shape = dict(shape)
        form, shard, older, blocks = shape.pop("form"), shape.pop("shard"), shape.pop("older"), shape.pop("blocks", 4)
        dtype = getattr(torch, shape.pop("dtype", "float32"))
        vocabulary = len(tokenizer) + 41
        model = make_model(seed, 0.12, blocks, vocab_size=vocabulary, n_positions=256, bos_token_id=1, eos_token_id=end, **shape)
        model = model.to(dtype).float()
        place = folder / name
        place.mkdir()
        state = {key: value.to(dtype).contiguous() for key, value in model.state_dict().items()}
        save_weights({**state, **(older_buffers(model) if form == "bin" else {})}, place, form, shard)
        if name == "whole-rotary":
            as_large_archive(place / "pytorch_model.bin")
        save_tokenizer(tokenizer, place, older)
        more = {} if blocks == 4 else {"head_dim": shape["n_embd"] // shape["n_head"]}
        save_config(model, place, **more)
        if blocks != 4:
            (place / "modeling_codegen.py").write_text(modelling_code(blocks))

        prompts = [row["ids"][:PROMPT] for row in expected["texts"] if len(row["ids"]) >= PROMPT][:2]
        probabilities, greedy, margins = [], [], []
        with torch.no_grad():
            for prompt in prompts:
                ids = list(prompt)
                for _ in range(TOKENS):
                    ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
                logits = model(torch.tensor([ids[:-1]])).logits[0, PROMPT - 1:].double()
                best = torch.topk(logits, 2).values
                greedy.append(ids[PROMPT:])
                margins.append((best[:, 0] - best[:, 1]).tolist())
                probabilities.append(logits.softmax(-1).float().numpy())
        np.concatenate(probabilities).tofile(folder / f"probabilities-{name}.f32")
        expected["checkpoints"][name] = {
            "vocabulary": vocabulary, "prompts": prompts, "greedy": greedy, "margins": margins, "blocks": blocks,
        }
    (folder / "expected.json").write_text(json.dumps(expected), encoding="utf8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
