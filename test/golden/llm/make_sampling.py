"""Makes sampling.json: what transformers' logits processors make of tiny-random's first tokens.

For the repetition penalty: greedy tokens of CodeGenForCausalLM under RepetitionPenaltyLogitsProcessor, as far as each is
clearly the best. For min-p: the tokens that MinPLogitsWarper keeps after each prompt; a share of the likeliest is chosen
in a gap between two tokens, so that two float implementations keep the same.

Run: python make_sampling.py     (after make.py, with the same packages)
"""

import json

import torch
from transformers import MinPLogitsWarper, RepetitionPenaltyLogitsProcessor

from make import HERE, make_model, make_tokenizer

PENALTIES = [1.2, 2.0]
# Prompt and completion stay under the 64 tokens that llama.cpp's penalty looks back; transformers' looks back at all.
LONGEST = 64
CLEAR = 0.02


def penalised(model, tokenizer, prompt: str, penalty: float) -> dict:
    ids = tokenizer.encode(prompt).ids
    start = len(ids)
    processor = RepetitionPenaltyLogitsProcessor(penalty)
    while len(ids) < LONGEST:
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[:, -1]
        best = torch.topk(processor(torch.tensor([ids]), logits)[0], 2)
        if float(best.values[0] - best.values[1]) < CLEAR:
            break
        token = int(best.indices[0])
        # The end of text ends it; after a line break the service looks for the end of a class.
        if token == tokenizer.get_vocab_size() or set(tokenizer.decode([token])) & {"\r", "\n"}:
            break
        ids.append(token)
    written = ids[start:]
    return {"prompt": prompt, "penalty": penalty, "tokens": len(written), "text": tokenizer.decode(written)}


def kept(model, tokenizer, prompt: str, most: int) -> dict:
    """A min-p that keeps at most `most` tokens, in the widest gap of their probabilities."""
    ids = tokenizer.encode(prompt).ids
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[:, -1]
    shares = torch.sort(torch.softmax(logits[0], 0) / torch.softmax(logits[0], 0).max(), descending=True).values
    cut = max(range(1, most + 1), key=lambda i: float(shares[i - 1] - shares[i]) / float(shares[i]))
    minimum = round(float(shares[cut - 1] + shares[cut]) / 2, 5)
    left = MinPLogitsWarper(min_p=minimum)(torch.tensor([ids]), logits)[0]
    tokens = torch.nonzero(torch.isfinite(left)).flatten().tolist()
    return {"prompt": prompt, "minP": minimum, "tokens": tokens, "texts": [tokenizer.decode([token]) for token in tokens]}


def main() -> None:
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    model = make_model(tokenizer.get_vocab_size() + 1, 7, 0.3).eval()
    prompts = ["class", "x = ", "return"]
    golden = {
        "penalties": [penalised(model, tokenizer, prompt, penalty) for prompt in ["class", "x = "] for penalty in PENALTIES],
        "minP": [kept(model, tokenizer, prompt, 12) for prompt in prompts],
    }
    (HERE / "sampling.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


main()
