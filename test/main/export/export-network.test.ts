/** Networks of a run as files: their weights fit net.py, whoever was trained; what a run's folder says stays text. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { CandidateStep } from '../../../core/search/candidate.ts';
import type { Interpretation, Interpreter } from '../../../core/search/ports.ts';
import { readSafetensors, writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { exportNetwork, folderName } from '../../../main/export/export-network.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { storedRun } from '../../../main/run/run.ts';
import { createRun, type RunStore } from '../../../main/store/run-folder.ts';
import { smallDescription } from '../store/small-search.ts';
import { foreignParts } from './clean-python.ts';

const home = mkdtempSync(join(tmpdir(), 'llmatic-export-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Sequences of a terminal, a new line, marks of Markdown and HTML, a formula, a direction. */
const hostile = '\u001b[8m\nFORGED | `<img src=x onerror=alert(1)>` =1+1 \u202e \u009b2J';

const trained = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Linear(3072, 10)

    def forward(self, x):
        return self.features(x.flatten(1))
`;
const reusing = trained.replaceAll('features', 'other').replace('return', '# another text\n        return');

let interpret: Interpreter;
let run: RunStore;

function read(text: string): Interpretation {
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value;
}

/** The steps of a candidate whose text was read and trained, or whose result is another's. */
async function record(id: string, text: string, index: number, sameAs: string | null): Promise<void> {
  const { source, hash, measures, network } = read(text);
  const weights = sameAs === null ? await run.saveWeights(writeSafetensors(initialWeights(network, 5))) : null;
  const steps: CandidateStep[] = [
    {
      step: 'proposed',
      generation: 0,
      index,
      operator: 'mutation',
      parents: [],
      individual: { prompt: hostile, temperature: 0.5 },
      selection: 'random',
      selectedNiche: null,
      promptText: hostile,
      seed: 1,
    },
    { step: 'generated', text, tokens: 1, seconds: 1, finish: 'end' },
    { step: 'interpreted', verdict: { kind: 'accepted', source, hash, measures } },
    {
      step: 'trained',
      sameAs,
      weights,
      result: {
        status: 'trained',
        accuracy: { train: null, validation: null, test: 0.5 },
        loss: { train: null, validation: null, test: 1 },
        curve: [],
        steps: 1,
        seconds: 1,
        device: 'cpu',
      },
    },
  ];
  for (const step of steps) await run.record(id, step);
}

beforeAll(async () => {
  interpret = await loadInterpreter();
  run = createRun(join(home, 'run'), {
    ...smallDescription,
    preset: hostile,
    model: { ...smallDescription.model, name: hostile, hash: hostile },
    dataset: { ...smallDescription.dataset, name: hostile, hash: hostile, classes: 10, shape: [3, 32, 32] },
    versions: { llmatic: hostile },
  });
  await record('g000-000', trained, 0, null);
  await record('g000-001', reusing, 1, 'g000-000');
  await record('g000-002', trained, 2, 'g000-000');
});

afterAll(() => run.close());

const text = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

describe('an exported network', () => {
  test('that reuses the result of one with other names has weights that fit its net.py, and its own text beside', async () => {
    const first = await exportNetwork(storedRun(run), 'g000-000', join(home, 'first'), interpret);
    const second = await exportNetwork(storedRun(run), 'g000-001', join(home, 'second'), interpret);
    const weights = (folder: string) => readSafetensors(readFileSync(join(folder, 'weights.safetensors')));
    expect([...weights(second.folder).keys()].sort()).toEqual(['fc1.bias', 'fc1.weight']);
    expect(weights(second.folder)).toEqual(weights(first.folder));
    expect(text(second.folder, 'net.py')).toBe(text(first.folder, 'net.py'));
    expect(text(second.folder, 'original.txt')).toContain('|         # another text');
    expect(text(second.folder, 'original.txt')).toContain('self.other');
    const { parameters } = read(text(second.folder, 'net.py')).network;
    expect(parameters.map(({ name }) => name)).toEqual(['fc1.weight', 'fc1.bias']);
  });

  test('shows what the run calls its model, dataset and prompts as escaped names, none of it in net.py', async () => {
    const { folder, files } = await exportNetwork(storedRun(run), 'g000-002', join(home, 'hostile'), interpret);
    expect(readdirSync(folder).sort()).toEqual([...files].sort());
    expect(foreignParts(text(folder, 'net.py'))).toEqual([]);
    for (const name of ['README.md', 'manifest.json', 'original.txt']) {
      const content = text(folder, name);
      expect(content, name).not.toMatch(/[^\n\x20-\x7e]/);
      expect(content, name).not.toMatch(/^\s*FORGED/m);
    }
    expect(JSON.parse(text(folder, 'manifest.json'))).toMatchObject({ network: 'g000-002', model: { name: hostile } });
    // Every name is inside backticks: a run of two, since it holds one itself.
    const card = text(folder, 'README.md');
    expect(card.split('FORGED').length).toBeGreaterThan(6);
    for (const part of card.match(/.{12}FORGED.{30}/g) ?? []) expect(part).toContain('\\x1b[8m\\nFORGED \\| `<img src');
    expect(card.match(/`` ?\\x1b\[8m/g)?.length).toBe(card.split('FORGED').length - 1);
  });

  test('of a run whose candidate cannot name a folder gets none of that name', () => {
    for (const id of [hostile, '../../up', '..', '.hidden', 'a/b', 'a\\b', '', 'a'.repeat(65), '-rf']) {
      expect(() => folderName(id), id).toThrow(FailureError);
    }
    expect(folderName('g003-017')).toBe('g003-017');
    expect(existsSync(join(home, 'up'))).toBe(false);
  });
});
