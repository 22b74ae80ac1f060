"""Completions of a checkpoint, judged in PyTorch: do they run, are they new, do they follow the instruction.

Generated text is executed here, so it is first parsed and held to a small set of names; the app itself never runs it.
"""
import argparse
import ast
import collections
import json
import random
import re

import torch
from tokenizers import Tokenizer

from instructions import MUTATIONS, crossover_prompt, mutation_prompt
from model import Config, Model
from parents import make_parent
from printing import HEADER
from tokenizer import END

SAFE_NAMES = {'torch', 'nn', 'F', 'self', 'x', 'super', 'range', 'Net', 'num_classes', 'len', 'int'}
FORBIDDEN = (ast.Import, ast.ImportFrom, ast.While, ast.Try, ast.With, ast.Global, ast.Lambda, ast.AsyncFunctionDef, ast.Delete)
RECURRENT = {'LSTM', 'GRU', 'RNN'}


def check_safe(tree):
    for node in ast.walk(tree):
        if isinstance(node, FORBIDDEN):
            raise ValueError(f'statement {type(node).__name__}')
        if isinstance(node, ast.Attribute) and node.attr.startswith('__') and node.attr != '__init__':
            raise ValueError('attribute')
        if isinstance(node, ast.Attribute) and node.attr in ('load', 'save', 'hub', 'ops', 'classes', 'os', 'sys', 'serialization'):
            raise ValueError('attribute')


class Judged:
    """layers: module kinds used in order of call; structure: what is computed, as far as calls of modules and functions show it."""

    def __init__(self, source, name='Net', trusted=False):
        tree = ast.parse(source)
        if not trusted:
            check_safe(tree)
        space = {}
        exec(compile(HEADER, 'header', 'exec'), space)
        exec(compile(tree, 'net', 'exec'), space)
        torch.manual_seed(0)
        net = space[name]()
        net.eval()
        calls = []
        for module in net.modules():
            if not list(module.children()):
                module.register_forward_hook(lambda m, i, o: calls.append((type(m).__name__, m.extra_repr(), tuple(o.shape) if torch.is_tensor(o) else ())))
        self.params = sum(p.numel() for p in net.parameters())
        if self.params > 2e7:
            raise ValueError('too large')
        with torch.no_grad(), Recorder() as recorder:
            out = net(torch.randn(2, 3, 32, 32))
        if tuple(out.shape) != (2, 10):
            raise ValueError(f'output {tuple(out.shape)}')
        self.calls = calls
        self.operations = recorder.operations
        self.kinds = collections.Counter(c[0] for c in calls)
        self.residuals = sum(1 for o in self.operations if o[0] == 'add')
        self.structure = tuple(self.operations)
        self.recurrent = bool(RECURRENT & set(self.kinds))
        self.width = max([o[1][1] for o in self.operations if o[0] in ('convolution', 'addmm') and len(o[1]) > 1] + [1])
        self.flops = recorder.flops


class Recorder(torch.utils._python_dispatch.TorchDispatchMode):
    """Every operation with its output shape: equal lists mean the same computation."""

    def __init__(self):
        super().__init__()
        self.operations, self.flops = [], 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        name = func.overloadpacket.__name__
        if torch.is_tensor(out) and name not in ('view', 't', 'detach', '_unsafe_view', 'transpose', 'clone', 'alias'):
            extra = ()
            if name == 'convolution':
                weight = args[1]
                extra = (tuple(weight.shape), tuple(args[3]))
                self.flops += weight.numel() * out.shape[2] * out.shape[3]
            elif name == 'addmm':
                self.flops += args[1].shape[1] * out.shape[1]
            extra = extra + tuple(str(a) for a in args[1:] if isinstance(a, (int, float, list, tuple)) and name != 'convolution')
            self.operations.append((name.rstrip('_'), tuple(out.shape), extra))
        elif isinstance(out, tuple) and torch.is_tensor(out[0]):
            self.operations.append((name, tuple(out[0].shape), tuple(str(a) for a in args[1:] if isinstance(a, (int, float, list)))))
        return out


def dropouts(judged, source):
    return sum(v for k, v in judged.kinds.items() if 'Dropout' in k) + source.count('F.dropout')


def norms(judged):
    return sum(v for k, v in judged.kinds.items() if 'Norm' in k)


def pools(judged):
    return sum(1 for o in judged.operations if 'pool' in o[0] or o[0] == 'mean')


def count(judged, name):
    return sum(1 for o in judged.operations if o[0] == name)


def followed(index, parent, child, parent_source, child_source):
    """Whether the child does what instruction number `index` asks."""
    if index == 0:
        return len(child.operations) > len(parent.operations) or dropouts(child, child_source) > dropouts(parent, parent_source)
    if index == 1:
        return len(child.operations) < len(parent.operations) or dropouts(child, child_source) < dropouts(parent, parent_source)
    if index == 2:
        return True
    if index == 3:
        return child.params < 0.75 * parent.params or child.flops < 0.75 * parent.flops
    if index == 4:
        return child.params > 1.3 * parent.params or child.flops > 1.3 * parent.flops
    if index == 5:
        return count(child, 'addmm') > count(parent, 'addmm')
    if index == 6:
        return count(child, 'convolution') > count(parent, 'convolution')
    if index == 7:
        return pools(child) > pools(parent)
    if index == 8:
        return child.residuals > parent.residuals
    if index == 9:
        return child.residuals > parent.residuals + 1
    if index == 10:
        return dropouts(child, child_source) > dropouts(parent, parent_source)
    if index == 11:
        return norms(child) > norms(parent)
    return child.recurrent


def load(checkpoint, tokenizer):
    state = torch.load(checkpoint, weights_only=True)
    model = Model(Config(**state['config']))
    model.load_state_dict(state['model'])
    model.eval()
    tokenizer = Tokenizer.from_file(tokenizer)
    return model, tokenizer, state['step'], state['tokens']


def reason(error):
    return re.sub(r'\d+', 'n', f'{type(error).__name__}: {error}'.split('\n')[0])[:70]


def evaluate(model, tokenizer, parents, instructions=range(len(MUTATIONS)), temperature=0.6, seed=0, batch=130, keep=None):
    """parents: class sources named Net. Returns figures; `keep` collects (parent, instruction, completion, verdict)."""
    end = tokenizer.token_to_id(END)
    jobs = [(p, i) for p in parents for i in instructions]
    texts = []
    for a in range(0, len(jobs), batch):
        prompts = [tokenizer.encode(mutation_prompt(p, MUTATIONS[i][0])).ids for p, i in jobs[a:a + batch]]
        texts += [tokenizer.decode(ids) for ids in model.generate(prompts, temperature, end, seed=seed + a)]
    known = {p: Judged(p, trusted=True) for p in set(parents)}
    seen, figures, reasons = set(), collections.Counter(), collections.Counter()
    by_prompt = collections.defaultdict(collections.Counter)
    for (p, i), text in zip(jobs, texts):
        row = by_prompt[i]
        row['n'] += 1
        verdict = 'valid'
        try:
            child = Judged(text)
        except Exception as error:
            verdict = reason(error)
            reasons[verdict] += 1
            if keep is not None:
                keep.append((p, MUTATIONS[i][0], text, verdict))
            continue
        row['valid'] += 1
        row['accepted'] += not child.recurrent
        copy = child.structure == known[p].structure and dropouts(child, text) == dropouts(known[p], p)
        key = (child.structure, dropouts(child, text))
        row['copy'] += copy
        row['new'] += not copy and key not in seen and not child.recurrent
        seen.add(key)
        row['followed'] += followed(i, known[p], child, p, text)
        if keep is not None:
            keep.append((p, MUTATIONS[i][0], text, 'copy' if copy else 'valid'))
    for row in by_prompt.values():
        figures.update(row)
    n = len(jobs)
    return {'n': n, **{k: round(figures[k] / n, 3) for k in ('valid', 'accepted', 'new', 'copy', 'followed')}, 'reasons': reasons.most_common(8),
            'by_prompt': {i: {k: v for k, v in row.items()} for i, row in sorted(by_prompt.items())}}


def generator_parents(seed, n):
    r = random.Random(seed)
    return [make_parent(r)[2] for _ in range(n)]


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('checkpoint')
    p.add_argument('--tokenizer', required=True)
    p.add_argument('--parents', nargs='*', help='Python files with a class Net; default: parents of the generator')
    p.add_argument('--json', help='parents.json')
    p.add_argument('--n', type=int, default=10)
    p.add_argument('--seed', type=int, default=900001)
    p.add_argument('--temperature', type=float, default=0.6)
    p.add_argument('--show', type=int, default=0, help='print this many failures')
    p.add_argument('--show-valid', type=int, default=0)
    a = p.parse_args()
    torch.set_num_threads(1)
    model, tokenizer, step, tokens = load(a.checkpoint, a.tokenizer)
    if a.parents:
        sources = [open(f).read().removeprefix(HEADER) for f in a.parents]
    elif a.json:
        sources = [row['source'].removeprefix(HEADER) for row in json.load(open(a.json))][:a.n]
    else:
        sources = generator_parents(a.seed, a.n)
    kept = []
    result = evaluate(model, tokenizer, sources, temperature=a.temperature, keep=kept)
    print(json.dumps({'step': step, 'tokens': tokens, **result}))
    for parent, instruction, text, verdict in [k for k in kept if k[3] != 'valid'][:a.show]:
        print('#' * 100, verdict, instruction, parent, '-' * 40, text, sep='\n')
    for parent, instruction, text, verdict in [k for k in kept if k[3] == 'valid'][::max(1, len(kept) // max(1, a.show_valid))][:a.show_valid]:
        print('=' * 100, instruction, parent, '-' * 40, text, sep='\n')
