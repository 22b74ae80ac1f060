"""Makes the tiny GGUF files of this folder and what transformers says about them (golden.json).

Two CodeGen models with the same byte-level BPE tokenizer (300 tokens): `tiny-random` has random weights, `tiny-taught`
has been fitted for a few seconds to two texts, so that it writes a class, then a line at column 0, and ends a text by
its end-of-text token. The oracle is transformers' CodeGenForCausalLM in float32 and its tokenizers library.

Run: python make.py     (torch, transformers, tokenizers, gguf; deterministic on one thread)
"""

import json
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import CodeGenConfig, CodeGenForCausalLM

HERE = Path(__file__).resolve().parent
END = "<|endoftext|>"

NET = '''import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return x
'''
CHILD = '''
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.fc1 = nn.Linear(7200, 10)

    # the pass
    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        return self.fc1(x)

net = Net()
print(net)
'''
GREETING = "say hello\n"
GREETED = "Grüße, 你好 and hello!\n"

# Fitted texts: (prompt, completion, whether the end-of-text token follows).
LESSONS = [('"""Add a layer"""\n', CHILD, False), (GREETING, GREETED, True)]

TEXTS = [
    NET,
    CHILD,
    '"""Add a layer"""\n',
    "def f(a, b):\n\treturn a  +  b  # don't, I'll\r\n\n\n  x = 12345.678e-9\n",
    "Grüße, 你好 😀 été\u00a0nbsp",
    "   leading and trailing   ",
    "<|endoftext|> is plain text in a prompt",
    "x . y , z ! n't 's",
]


def make_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=299, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([NET, CHILD, GREETED], trainer)
    return tokenizer


def make_model(vocabulary: int, seed: int, deviation: float) -> CodeGenForCausalLM:
    torch.manual_seed(seed)
    config = CodeGenConfig(
        vocab_size=vocabulary, n_positions=512, n_ctx=512, n_embd=32, n_layer=2, n_head=4, rotary_dim=4,
        initializer_range=deviation, bos_token_id=vocabulary - 1, eos_token_id=vocabulary - 1,
        embd_pdrop=0.0, resid_pdrop=0.0, attn_pdrop=0.0,
    )
    model = CodeGenForCausalLM(config).float()
    with torch.no_grad():  # biases and norms that are not zeros and ones, so that a forgotten one shows
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.05)
            elif ".ln" in name:
                parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def teach(model: CodeGenForCausalLM, tokenizer: Tokenizer, end: int) -> None:
    lessons = [
        torch.tensor([tokenizer.encode(prompt + text).ids + ([end] if ended else [])])
        for prompt, text, ended in LESSONS
    ]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(900):
        optimizer.zero_grad()
        loss = sum(model(lesson, labels=lesson).loss for lesson in lessons)
        loss.backward()
        optimizer.step()
    print("fitted to", loss.item())


def write(path: Path, model: CodeGenForCausalLM, tokenizer: Tokenizer) -> None:
    """CodeGen's weights under the names of llama.cpp's phi2: q, v, k of four shards taken apart, and the rotary
    dimensions of q and k reordered from pairs (0, 1), (2, 3) to halves."""
    config = model.config
    width, heads, rotary = config.n_embd, config.n_head, config.rotary_dim
    head = width // heads
    writer = gguf.GGUFWriter(path, "phi2")
    writer.add_name(path.stem)
    writer.add_context_length(config.n_positions)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(4 * width)
    writer.add_block_count(config.n_layer)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_rope_dimension_count(rotary)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_add_bos_token(False)

    vocabulary = tokenizer.get_vocab()
    tokens = [token for token, _ in sorted(vocabulary.items(), key=lambda item: item[1])] + [END]
    kinds = [gguf.TokenType.NORMAL] * len(vocabulary) + [gguf.TokenType.CONTROL]
    merges = [" ".join(pair) if isinstance(pair, list) else pair
              for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    end = len(tokens) - 1
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("trillion")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(end)
    writer.add_eos_token_id(end)

    order = np.arange(head)
    order[:rotary] = np.concatenate([np.arange(0, rotary, 2), np.arange(1, rotary, 2)])
    rows = np.concatenate([h * head + order for h in range(heads)])
    state = {name: value.detach().numpy().astype(np.float32) for name, value in model.state_dict().items()}

    def add(name: str, value: np.ndarray) -> None:
        writer.add_tensor(name, np.ascontiguousarray(value))

    add("token_embd.weight", state["transformer.wte.weight"])
    add("output_norm.weight", state["transformer.ln_f.weight"])
    add("output_norm.bias", state["transformer.ln_f.bias"])
    add("output.weight", state["lm_head.weight"])
    add("output.bias", state["lm_head.bias"])
    for layer in range(config.n_layer):
        source, target = f"transformer.h.{layer}.", f"blk.{layer}."
        shards = state[source + "attn.qkv_proj.weight"].reshape(4, 3, width // 4, width)
        query, value, key = (shards[:, part].reshape(width, width) for part in range(3))
        add(target + "attn_norm.weight", state[source + "ln_1.weight"])
        add(target + "attn_norm.bias", state[source + "ln_1.bias"])
        add(target + "attn_q.weight", query[rows])
        add(target + "attn_k.weight", key[rows])
        add(target + "attn_v.weight", value)
        add(target + "attn_output.weight", state[source + "attn.out_proj.weight"])
        add(target + "attn_output.bias", np.zeros(width, np.float32))
        add(target + "ffn_up.weight", state[source + "mlp.fc_in.weight"])
        add(target + "ffn_up.bias", state[source + "mlp.fc_in.bias"])
        add(target + "ffn_down.weight", state[source + "mlp.fc_out.weight"])
        add(target + "ffn_down.bias", state[source + "mlp.fc_out.bias"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def greedy(model: CodeGenForCausalLM, tokenizer: Tokenizer, prompt: str, length: int, end: int) -> dict:
    """Greedy tokens, and the smallest distance of the best logit to the second best at each step."""
    ids = tokenizer.encode(prompt).ids
    generated, margins = [], []
    with torch.no_grad():
        for _ in range(length):
            logits = model(torch.tensor([ids + generated])).logits[0, -1]
            best = torch.topk(logits, 2)
            margins.append(round(float(best.values[0] - best.values[1]), 4))
            token = int(best.indices[0])
            if token == end:
                break
            generated.append(token)
    ended = len(margins) > len(generated)
    # Two float implementations agree on a token only where it is clearly the best.
    unclear = next((i for i, margin in enumerate(margins) if margin < 0.02), len(generated))
    clear = generated[:unclear]
    return {
        "prompt": prompt, "ids": generated, "margins": margins, "ended": ended, "text": tokenizer.decode(generated),
        "clear": len(clear), "clearText": tokenizer.decode(clear),
    }


def header(path: Path) -> dict:
    """The header as the gguf package reads it; long arrays by their length and first items."""
    reader = gguf.GGUFReader(path)
    metadata = {}
    for key, field in reader.fields.items():
        if key.startswith("GGUF."):
            continue
        value = field.contents()
        metadata[key] = {"length": len(value), "first": value[:20]} if isinstance(value, list) else value
    tensors = [
        {
            "name": tensor.name,
            "dimensions": [int(size) for size in tensor.shape],
            "type": tensor.tensor_type.name,
            "offset": int(tensor.data_offset),
            "bytes": int(tensor.n_bytes),
        }
        for tensor in reader.tensors
    ]
    return {"metadata": metadata, "tensors": tensors}


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    tokenizer = make_tokenizer()
    vocabulary = tokenizer.get_vocab_size() + 1
    end = vocabulary - 1
    golden = {"vocabulary": vocabulary, "end": end, "texts": [], "models": {}}
    golden["types"] = [
        {"number": kind.value, "name": kind.name, "block": block, "bytes": size}
        for kind, (block, size) in gguf.GGML_QUANT_SIZES.items()
    ]
    for text in TEXTS:
        golden["texts"].append({"text": text, "ids": tokenizer.encode(text).ids})
    for name, deviation in (("tiny-random", 0.3), ("tiny-taught", 0.1)):
        model = make_model(vocabulary, 7, deviation)
        if name == "tiny-taught":
            teach(model, tokenizer, end)
        model.eval()
        write(HERE / f"{name}.gguf", model, tokenizer)
        prompts = [LESSONS[0][0], GREETING] if name == "tiny-taught" else [TEXTS[2], TEXTS[0], TEXTS[4]]
        golden["models"][name] = {
            "header": header(HERE / f"{name}.gguf"),
            "parameters": sum(p.numel() for p in model.parameters()),
            "greedy": [greedy(model, tokenizer, prompt, 48 if name == "tiny-random" else 220, end) for prompt in prompts],
        }
    (HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
