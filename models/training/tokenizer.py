"""Byte-level BPE with the GPT-2 pre-tokenizer, as CodeGen has, and added tokens for the phrases that networks are made of.

Added tokens are matched before BPE, by llama.cpp longest first and by the tokenizers library leftmost first;
no two of them overlap in the texts of the generator, so both give the same tokens.
"""
import re

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from cells import EDGES, MODULES
from plan import KINDS, MARKS, START
from printing import HEADER

END = '<|endoftext|>'
VOCABULARY = 1024


def phrases():
    out = [HEADER] + [f'class {n}(nn.Module):' for n in ('Net', 'Net1', 'Net2', 'Net3')]
    init = '\n    def __init__(self):'
    out += [init, init + '\n        super().__init__()', init + '\n        super(Net, self).__init__()', '\n\n    def forward(self, x):']
    line, item = '\n        ', '\n            nn.'
    out += [line + t for t in ('self.', 'x = ', 'return ', 'return x', 'return self.', 'x = self.', 'x = F.relu(self.', 'x = x + ', ')')]
    out += [item + t for t in ('Conv2d(', 'Linear(', 'BatchNorm2d(', 'ReLU(),', 'MaxPool2d(2),', 'Dropout(', 'Flatten(),')] + [item]
    out += [' = nn.' + t for t in ('Conv2d(', 'Linear(', 'BatchNorm2d(', 'BatchNorm1d(', 'MaxPool2d(2)', 'AvgPool2d(2)', 'Sequential(', 'Dropout(',
                                   'Dropout2d(', 'AdaptiveAvgPool2d(1)')] + [' = nn.']
    out += [', padding=1)', ', 3, padding=1)', ', kernel_size=3, padding=1)', ', 3, padding=1, bias=False)', ', 5, padding=2)',
            ', stride=2, padding=1)', ', 1)', ', 10)', ', residual', '  # ', '(x)', '(x))', '(x)))', '(self.', 'F.relu(', 'F.max_pool2d(',
            'F.avg_pool2d(', 'torch.flatten(x, 1)', '.view(x.size(0), -1)', 'F.adaptive_avg_pool2d(', '\n\n"""', '"""\n\n']
    out += [f' x {s} x {s}' for s in range(1, 33)] + [f' * {s} * {s}' for s in range(1, 33)]
    return out


def later_phrases():
    """Added when plans and cells came; at the end, so that the ids of the earlier tokens stay."""
    out = [START] + [f' |{mark}{kind}' for kind in KINDS for mark in MARKS]
    out += ['class Cell(nn.Module):', '\n    def __init__(self, channels):\n        super().__init__()', '\n\n    def forward(self, x0):']
    out += [f' = {module}' for module in MODULES.values()] + [f'edge{a}{b}' for a, b in EDGES]
    out += [f'\n        x{n} = ' for n in (1, 2, 3)] + ['\n        return x3', 'torch.zeros_like(x0)']
    return out


def extend(tokenizer):
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in later_phrases()])
    return tokenizer


def train_tokenizer(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    added = phrases()
    # BPE is learnt on what the added tokens leave over
    pattern = re.compile('|'.join(re.escape(t) for t in sorted(added, key=len, reverse=True)))
    rest = (piece for text in texts for piece in pattern.split(text) if piece)
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - len(added) - 1, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    tokenizer.train_from_iterator(rest, trainer)
    tokenizer.add_special_tokens([AddedToken(END, normalized=False)])
    tokenizer.add_tokens([AddedToken(t, normalized=False) for t in added])
    return extend(tokenizer)
