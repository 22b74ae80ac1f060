"""The Python side of convert.ts: makes a random CodeGen checkpoint, and converts it with numpy and the gguf package.

python convert.py make FOLDER WIDTH LAYERS [TOKENS]     TOKENS: a vocabulary of that size, of made-up merges
python convert.py convert FOLDER OUT TYPE     the route of models/training/convert.py, quantized by gguf; no read back
"""

import hashlib
import json
import random
import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def grow_vocabulary(folder: Path, size: int) -> None:
    """Made-up merges of two tokens each, as many as CodeGen's own vocabulary has; ids stay below the embedding's rows."""
    draw = random.Random(1)
    vocab = json.loads((folder / "vocab.json").read_text(encoding="utf8"))
    merges = (folder / "merges.txt").read_text(encoding="utf8").splitlines()
    ids = json.loads((folder / "added_tokens.json").read_text(encoding="utf8")).values()
    number = max([*vocab.values(), *ids]) + 1
    short = [token for token in vocab if len(token) <= 6 and not token.startswith("<")]
    while number < size:
        first, second = draw.choice(short), draw.choice(short)
        if first + second in vocab:
            continue
        vocab[first + second] = number
        merges.append(f"{first} {second}")
        number += 1
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf8")
    (folder / "merges.txt").write_text("\n".join(merges) + "\n", encoding="utf8")


def make(folder: Path, width: int, layers: int, tokens: int | None) -> None:
    sys.path.insert(0, str(ROOT / "test" / "golden" / "llm" / "codegen"))
    from checkpoints import make_model, save_config, save_tokenizer, save_weights, train_tokenizer

    tokenizer = train_tokenizer([Path(__file__).read_text()], 400, folder)
    end = len(tokenizer) - 1
    tokenizer.add_tokens(["  "])
    save_tokenizer(tokenizer, folder, older=True)
    if tokens is not None:
        grow_vocabulary(folder, tokens)
    model = make_model(1, 0.02, vocab_size=51200, n_positions=256, n_embd=width, n_head=16, rotary_dim=32,
                       n_layer=layers, bos_token_id=end, eos_token_id=end)
    save_config(model, folder)
    state = {name: value.half().contiguous() for name, value in model.state_dict().items()}
    save_weights(state, folder, "safetensors", None)


def convert(folder: Path, out: Path, kind: str) -> None:
    sys.path.insert(0, str(ROOT / "models" / "training"))
    import gguf
    import numpy as np
    from convert import convert as route

    if kind != "f16":
        plain = gguf.GGUFWriter.add_tensor
        type_ = gguf.GGMLQuantizationType[kind.upper()]

        def quantized(self, name, value):
            if value.ndim == 2:
                return plain(self, name, gguf.quants.quantize(value, type_), raw_dtype=type_)
            return plain(self, name, value)

        gguf.GGUFWriter.add_tensor = quantized
    route(str(folder), str(out), half=kind == "f16")
    used = resource.getrusage(resource.RUSAGE_SELF)
    digest = hashlib.file_digest(out.open("rb"), "sha256").hexdigest()
    print(json.dumps({"processor": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024, "sha256": digest}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else None)
    else:
        convert(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
