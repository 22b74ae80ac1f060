/** Names that the text uses without having them: what it forgot to import, and classes renamed by half. */
import { withoutPlace } from '../../python/reason.ts';
import type { Mended, Slip } from './slip.ts';

/** What brings each name, of those that networks use. */
const imports: Readonly<Record<string, string>> = {
  torch: 'import torch',
  nn: 'import torch.nn as nn',
  F: 'import torch.nn.functional as F',
  init: 'from torch.nn import init',
  Tensor: 'from torch import Tensor',
  math: 'import math',
  copy: 'import copy',
  itertools: 'import itertools',
  functools: 'import functools',
  collections: 'import collections',
  np: 'import numpy as np',
  OrderedDict: 'from collections import OrderedDict',
  namedtuple: 'from collections import namedtuple',
  partial: 'from functools import partial',
  reduce: 'from functools import reduce',
  dataclass: 'from dataclasses import dataclass',
  ...Object.fromEntries(
    ['Any', 'Callable', 'Dict', 'Iterable', 'List', 'Optional', 'Sequence', 'Set', 'Tuple', 'Type', 'Union'].map(
      (name) => [name, `from typing import ${name}`],
    ),
  ),
  ...Object.fromEntries(
    ['Module', 'ModuleList', 'ModuleDict', 'Parameter', 'Sequential', 'Linear', 'Conv2d', 'BatchNorm2d', 'ReLU']
      .concat(['MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d', 'Dropout', 'Flatten', 'Identity', 'LayerNorm'])
      .map((name) => [name, `from torch.nn import ${name}`]),
  ),
};

function missingImport({ text, reason }: Slip): Mended | null {
  const name = /^name '(\w+)' is not defined/.exec(withoutPlace(reason))?.[1];
  const statement = name === undefined ? undefined : imports[name];
  if (statement === undefined || reason.file !== undefined) return null;
  const lines = text.split('\n');
  // After `from __future__` and the other imports, which have to come first.
  const first = lines.findIndex((line) => /^(import|from)\b/.test(line));
  let at = Math.max(first, 0);
  while (/^(import|from)\b[^(\\]*$/.test(lines[at] ?? '')) at++;
  lines.splice(at, 0, statement);
  const message = `\`${statement}\`: the text uses ${name} without it`;
  return { text: lines.join('\n'), repair: { kind: 'import', line: at + 1, message } };
}

/** `super(Net2, self)` in class Net3. */
function wrongSuper({ text, reason }: Slip): Mended | null {
  if ((reason.kind !== 'name' && reason.kind !== 'type') || reason.line === undefined || reason.file !== undefined) {
    return null;
  }
  const lines = text.split('\n');
  const at = reason.line - 1;
  const line = lines[at] ?? '';
  const named = /\bsuper\(\s*(\w+)\s*,\s*self\s*\)/.exec(line)?.[1];
  const owner = lines
    .slice(0, at)
    .flatMap((each) => /^class\s+(\w+)/.exec(each)?.[1] ?? [])
    .at(-1);
  if (named === undefined || owner === undefined || named === owner) return null;
  lines[at] = line.replace(/\bsuper\(\s*\w+/, `super(${owner}`);
  const message = `super(${named}, self) becomes super(${owner}, self): it stands in class ${owner}`;
  return { text: lines.join('\n'), repair: { kind: 'class-name', line: reason.line, message } };
}

export function repairNames(slip: Slip): Mended | null {
  return wrongSuper(slip) ?? missingImport(slip);
}
