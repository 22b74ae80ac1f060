"""Randomly initialised CodeGen checkpoints in the forms in which CodeGen is published: what make.py and compare.py share."""

import inspect
import json
import sys
import types
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import CodeGenConfig, CodeGenForCausalLM, CodeGenTokenizer
from transformers.models.codegen import modeling_codegen

END = "<|endoftext|>"


def train_tokenizer(texts, size: int, folder: Path) -> CodeGenTokenizer:
    """CodeGen's kind of tokenizer: byte-level BPE, one end of text, then runs of spaces and tabs as added tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    trained.train_from_iterator(texts, trainer)
    model = json.loads(trained.to_str())["model"]
    vocab = {**model["vocab"], END: len(model["vocab"])}
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf8")
    return CodeGenTokenizer(vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt"))


def save_tokenizer(tokenizer: CodeGenTokenizer, folder: Path, older: bool) -> None:
    """As transformers saves it now, or as the three files of the published checkpoints."""
    tokenizer.save_pretrained(folder)
    if not older:
        for name in ("vocab.json", "merges.txt"):
            (folder / name).unlink(missing_ok=True)
        return
    saved = json.loads((folder / "tokenizer.json").read_text(encoding="utf8"))
    added = {token["content"]: token["id"] for token in saved["added_tokens"] if token["content"] != END}
    (folder / "added_tokens.json").write_text(json.dumps(added), encoding="utf8")
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in saved["model"]["merges"]]
    (folder / "vocab.json").write_text(json.dumps(saved["model"]["vocab"], ensure_ascii=False), encoding="utf8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf8")
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        (folder / name).unlink(missing_ok=True)


def make_model(seed: int, deviation: float, blocks: int = 4, **sizes) -> CodeGenForCausalLM:
    """CodeGen with random weights; biases and norms are not zeros and ones, so that a forgotten one shows.

    `blocks` other than 4: the same modelling code with another mp_num, as CodeGen2's own code has it.
    """
    torch.manual_seed(seed)
    config = CodeGenConfig(
        initializer_range=deviation, embd_pdrop=0.0, resid_pdrop=0.0, attn_pdrop=0.0, n_ctx=sizes["n_positions"], **sizes
    )
    kind = CodeGenForCausalLM if blocks == 4 else with_blocks(blocks).CodeGenForCausalLM
    model = kind(config).float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1)
            elif ".ln" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def modelling_code(blocks: int) -> str:
    source = inspect.getsource(modeling_codegen)
    assert source.count("mp_num = 4") == 1
    return source.replace("mp_num = 4", f"# mp_num = 4\n        mp_num = {blocks}")


def with_blocks(blocks: int) -> types.ModuleType:
    """transformers' modeling_codegen with another mp_num."""
    name = f"transformers.models.codegen.modeling_codegen_{blocks}"
    module = types.ModuleType(name)
    module.__file__ = modeling_codegen.__file__
    module.__package__ = "transformers.models.codegen"
    sys.modules[name] = module
    exec(compile(modelling_code(blocks), module.__file__, "exec"), module.__dict__)
    return module


def save_weights(state: dict, folder: Path, form: str, shard: int | None) -> None:
    """`form`: safetensors or bin; `shard`: the most bytes of a file, or None for one file. As transformers names them."""
    from safetensors.torch import save_file

    ending = "safetensors" if form == "safetensors" else "bin"
    stem = "model" if form == "safetensors" else "pytorch_model"

    def write(tensors: dict, name: str) -> None:
        if form == "safetensors":
            save_file(tensors, folder / name, metadata={"format": "pt"})
        else:
            torch.save(tensors, folder / name)

    if shard is None:
        write(state, f"{stem}.{ending}")
        return
    parts: list[dict] = [{}]
    for name, value in state.items():
        if parts[-1] and sum(each.nbytes for each in parts[-1].values()) + value.nbytes > shard:
            parts.append({})
        parts[-1][name] = value
    place = {}
    for index, part in enumerate(parts):
        file = f"{stem}-{index + 1:05d}-of-{len(parts):05d}.{ending}"
        write(part, file)
        place.update({name: file for name in part})
    size = sum(value.nbytes for value in state.values())
    index = {"metadata": {"total_size": size}, "weight_map": place}
    (folder / f"{stem}.{ending}.index.json").write_text(json.dumps(index), encoding="utf8")


def save_config(model: CodeGenForCausalLM, folder: Path, **more) -> None:
    config = {**json.loads(model.config.to_json_string(use_diff=False)), "model_type": "codegen", **more}
    kept = ("vocab_size", "n_positions", "n_ctx", "n_embd", "n_layer", "n_head", "rotary_dim", "n_inner", "model_type",
            "activation_function", "layer_norm_epsilon", "bos_token_id", "eos_token_id", "tie_word_embeddings",
            "architectures", *more)
    (folder / "config.json").write_text(json.dumps({key: config[key] for key in kept if key in config}, indent=1))


def older_buffers(model: CodeGenForCausalLM) -> dict:
    """What transformers saved beside the weights when CodeGen was published."""
    positions = model.config.n_positions
    mask = torch.tril(torch.ones((positions, positions), dtype=torch.bool)).view(1, 1, positions, positions)
    return {f"transformer.h.{layer}.attn.causal_mask": mask.clone() for layer in range(model.config.n_layer)}
