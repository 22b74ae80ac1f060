"""Makes tiny/ (a CodeGen checkpoint in both forms of weights and of tokenizer) and golden.json beside this file.

golden.json: the SHA-256 of the GGUF that the gguf Python package writes from the checkpoint, for each type; what
transformers computes with it; blocks of numbers as gguf's quantizers and numpy's float16 have them.

Run: python make.py     (torch, transformers, tokenizers, safetensors, gguf; deterministic on one thread)
"""

import hashlib
import json
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch

from checkpoints import (
    END, make_model, older_buffers, save_config, save_tokenizer, save_weights, train_tokenizer,
)

HERE = Path(__file__).resolve().parent
TINY = HERE / "tiny"
CODE = '''import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        return self.fc1(torch.flatten(x, 1))
'''
TEXTS = [
    CODE, "def f(a, b):\n\treturn a  +  b  # don't, I'll\r\n\n\n  x = 12345.678e-9\n", "Grüße, 你好 😀", "x . y , z ! n't 's",
    " " * 3 + "x" + " " * 40 + "y\t\t\tz", "",
]
KINDS = {
    "f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16, "bf16": gguf.LlamaFileType.MOSTLY_BF16,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0, "q5_1": gguf.LlamaFileType.MOSTLY_Q5_1,
    "q5_0": gguf.LlamaFileType.MOSTLY_Q5_0, "q4_1": gguf.LlamaFileType.MOSTLY_Q4_1,
    "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0,
}
QUANTIZED = [name for name in KINDS if name.startswith("q")]
NAMES = {"ln_1": "attn_norm", "attn.out_proj": "attn_output", "mlp.fc_in": "ffn_up", "mlp.fc_out": "ffn_down"}


def plain(value: torch.Tensor) -> torch.Tensor:
    """Numbers that float32, float16 and bfloat16 all hold exactly."""
    value = value.to(torch.bfloat16).float()
    return torch.where(value.abs() < 1e-3, 0.0, value)


def projection(fused: np.ndarray, heads: int, rotary: int) -> np.ndarray:
    width = fused.shape[1]
    query, value, key = (
        np.concatenate([block.reshape(3, -1, width)[part] for block in np.split(fused, 4)]) for part in range(3)
    )

    def turned(matrix: np.ndarray) -> np.ndarray:
        by_head = matrix.reshape(heads, width // heads, width)
        pairs, rest = by_head[:, :rotary], by_head[:, rotary:]
        return np.concatenate([pairs[:, 0::2], pairs[:, 1::2], rest], axis=1).reshape(width, width)

    return np.concatenate([turned(query), turned(key), value])


def write(path: Path, kind: str, state: dict, config, tokenizer) -> None:
    writer = gguf.GGUFWriter(path, "phi2")
    writer.add_type("model")
    writer.add_name("tiny")
    writer.add_context_length(config.n_positions)
    writer.add_embedding_length(config.n_embd)
    writer.add_block_count(config.n_layer)
    writer.add_feed_forward_length(4 * config.n_embd)
    writer.add_head_count(config.n_head)
    writer.add_head_count_kv(config.n_head)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_rope_dimension_count(config.rotary_dim)
    writer.add_rope_freq_base(10000.0)
    writer.add_file_type(KINDS[kind])
    if kind in QUANTIZED:
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("trillion")
    saved = json.loads((TINY / "tokenizer.json").read_text(encoding="utf8"))
    tokens = [f"[PAD{i}]" for i in range(config.vocab_size)]
    types = [gguf.TokenType.UNUSED] * len(tokens)
    for token, index in saved["model"]["vocab"].items():
        tokens[index], types[index] = token, gguf.TokenType.NORMAL
    for token in saved["added_tokens"]:
        special = token["content"] == END
        tokens[token["id"]] = token["content"]
        types[token["id"]] = gguf.TokenType.CONTROL if special else gguf.TokenType.USER_DEFINED
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in saved["model"]["merges"]])
    writer.add_bos_token_id(config.eos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    writer.add_add_bos_token(False)

    def put(name: str, value: np.ndarray) -> None:
        value = np.ascontiguousarray(value, dtype=np.float32)
        wanted = "f32" if value.ndim == 1 else kind
        if name == "output.weight" and kind in QUANTIZED:
            wanted = "q8_0"
        type_ = gguf.GGMLQuantizationType[wanted.upper()]
        writer.add_tensor(name, gguf.quants.quantize(value, type_), raw_dtype=type_)

    def both(target: str, source: str) -> None:
        for part in ("weight", "bias"):
            put(f"{target}.{part}", state[f"{source}.{part}"])

    put("token_embd.weight", state["transformer.wte.weight"])
    for layer in range(config.n_layer):
        source, target = f"transformer.h.{layer}.", f"blk.{layer}."
        both(target + "attn_norm", source + "ln_1")
        fused = state[source + "attn.qkv_proj.weight"]
        put(target + "attn_qkv.weight", projection(fused, config.n_head, config.rotary_dim))
        put(target + "attn_qkv.bias", np.zeros(3 * config.n_embd))
        put(target + "attn_output.weight", state[source + "attn.out_proj.weight"])
        put(target + "attn_output.bias", np.zeros(config.n_embd))
        both(target + "ffn_up", source + "mlp.fc_in")
        both(target + "ffn_down", source + "mlp.fc_out")
    both("output_norm", "transformer.ln_f")
    both("output", "lm_head")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantized_blocks() -> dict:
    """Blocks with zeros, signs of zero, ties, single outliers, tiny and large numbers; their bytes in each type."""
    draw = np.random.default_rng(5)
    blocks = [np.zeros(32), -np.zeros(32), np.ones(32), -np.ones(32), np.arange(32) - 16.0, np.arange(32) / 31]
    blocks += [np.where(np.arange(32) == 7, 8.0, 0), np.where(np.arange(32) % 2 == 0, 1.0, -1.0)]
    # Multiples of half a step: every rounding is a tie.
    blocks += [(draw.integers(-254, 255, 32) / 2).clip(-126.5, 126.5) for _ in range(4)]
    for block in blocks[-4:]:
        block[3] = 127
    blocks += [draw.integers(-16, 17, 32) / 2.0 for _ in range(4)]
    blocks += [draw.normal(0, scale, 32) for scale in (1e-30, 1e-9, 1e-7, 1e-4, 0.02, 1, 30, 1e4) for _ in range(2)]
    numbers = np.stack(blocks).astype(np.float32)
    bytes_of = {
        kind: gguf.quants.quantize(numbers, gguf.GGMLQuantizationType[kind.upper()]).tobytes().hex() for kind in QUANTIZED
    }
    return {"numbers": numbers.tobytes().hex(), "bytes": bytes_of}


def short_numbers() -> dict:
    """Singles around every border of float16, and others; as float16 (numpy) and bfloat16 (torch)."""
    borders = [2.0**power for power in (-26, -25, -24, -23, -15, -14, -13, -1, 0, 1, 15)] + [65504, 65519.99, 65520, 65536]
    borders += [1 + 2**-11, 1 + 3 * 2**-11, 2**-14 - 2**-25, 1.5 * 2**-24, 2.5 * 2**-24, 3.4e38, 1e-45, 0.0, 1 / 3]
    singles = np.array(borders, dtype=np.float32)
    singles = np.concatenate([singles, np.nextafter(singles, np.float32(0)), np.nextafter(singles, np.float32(np.inf))])
    singles = np.concatenate([singles, -singles, np.random.default_rng(6).normal(0, 1, 100).astype(np.float32)])
    with np.errstate(over="ignore"):
        halves = singles.astype(np.float16)
    bfloats = torch.from_numpy(singles).to(torch.bfloat16).view(torch.int16).numpy()
    return {"numbers": singles.tobytes().hex(), "halves": halves.tobytes().hex(), "bfloats": bfloats.tobytes().hex()}


def main() -> None:
    torch.set_num_threads(1)
    TINY.mkdir(exist_ok=True)
    for path in TINY.iterdir():
        path.unlink()
    tokenizer = train_tokenizer([CODE], 290, TINY)
    end = len(tokenizer) - 1
    tokenizer.add_tokens([" " * n for n in range(8, 1, -1)] + ["\t\t"])
    save_tokenizer(tokenizer, TINY, older=True)
    tokenizer.save_pretrained(TINY)
    model = make_model(
        3, 0.25, vocab_size=len(tokenizer) + 5, n_positions=128, n_embd=32, n_layer=1, n_head=4, rotary_dim=4,
        bos_token_id=1, eos_token_id=end,
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(plain(parameter))
    save_config(model, TINY)
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_weights({name: value.half() for name, value in state.items()}, TINY, "safetensors", 40_000)
    save_weights({**{name: value.bfloat16() for name, value in state.items()}, **older_buffers(model)}, TINY, "bin", None)

    hashes = {}
    numbers = {name: value.numpy() for name, value in state.items()}
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tiny.gguf"
            write(path, kind, numbers, model.config, tokenizer)
            hashes[kind] = hashlib.sha256(path.read_bytes()).hexdigest()

    prompt = "class Net(nn.Module):\n    def"
    ids = tokenizer(prompt)["input_ids"]
    greedy, margins = [], []
    with torch.no_grad():
        for _ in range(40):
            best = torch.topk(model(torch.tensor([ids + greedy])).logits[0, -1], 2)
            greedy.append(int(best.indices[0]))
            margins.append(round(float(best.values[0] - best.values[1]), 4))
    golden = {
        "sha256": hashes,
        "texts": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in TEXTS],
        "greedy": {"prompt": prompt, "text": tokenizer.decode(greedy), "tokens": len(greedy), "margin": min(margins)},
        "blocks": quantized_blocks(),
        "shorts": short_numbers(),
    }
    (HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1), encoding="utf8")
    print("least margin", min(margins), "end of text", end in greedy)


if __name__ == "__main__":
    main()
