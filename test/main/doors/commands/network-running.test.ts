import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readNpy, writeNpy } from '../../../../core/tensors/npy.ts';
import { readSafetensors, writeSafetensors } from '../../../../core/tensors/safetensors.ts';
import type { Tensor } from '../../../../core/tensors/tensor.ts';

// network train, predict and gradients as a person meets them: words, files, exit codes.
const cli = join(import.meta.dirname, '../../../../main/doors/cli.ts');
const torchFiles = join(import.meta.dirname, '../../../golden/weights');
const network = join(import.meta.dirname, '../../../golden/training/networks/initial.py');

let folder = '';
const at = (name: string) => join(folder, name);

function llmatic(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'network', ...words], { encoding: 'utf8' });
  const events = stdout.startsWith('{')
    ? stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return { status, stdout, stderr, events, last: events.at(-1) };
}

const weights: [string, Tensor][] = [
  ['conv1.weight', { type: 'float32', shape: [1, 3, 1, 1], data: Float32Array.of(1, 2, 3) }],
  ['conv1.bias', { type: 'float32', shape: [1], data: Float32Array.of(0) }],
  ['fc1.weight', { type: 'float32', shape: [10, 1024], data: new Float32Array(10_240).fill(1 / 1024) }],
  ['fc1.bias', { type: 'float32', shape: [10], data: Float32Array.from({ length: 10 }, (_, i) => i) }],
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-running-'));
  writeFileSync(at('w.safetensors'), writeSafetensors(new Map(weights)));
  const images: Tensor = { type: 'float32', shape: [2, 3, 32, 32], data: new Float32Array(6144).fill(1) };
  writeFileSync(at('x.npy'), writeNpy(images));
  writeFileSync(at('l.npy'), writeNpy({ type: 'int64', shape: [2], data: BigInt64Array.of(0n, 9n) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const predict = (...words: string[]) =>
  llmatic(
    'predict',
    network,
    '--weights',
    at('w.safetensors'),
    '--input',
    at('x.npy'),
    '--output',
    at('y.npy'),
    ...words,
  );
const gradients = (labels: string, ...words: string[]) =>
  llmatic(
    ...['gradients', network, '--weights', at('w.safetensors'), '--input', at('x.npy'), '--labels', labels],
    ...['--output', at('g.safetensors'), '--json', ...words],
  );

describe('network predict', () => {
  test('writes logits that can be worked out by hand', () => {
    // Every pixel is 1: the convolution gives 6, its mean over 1,024 pixels 6, and class k adds its bias k.
    expect(predict().status).toBe(0);
    const bytes = readFileSync(at('y.npy'));
    const values = new Float32Array(new Uint8Array(bytes.subarray(128)).buffer);
    expect([...values]).toEqual([...Array(20).keys()].map((i) => 6 + (i % 10)));
  });

  test.each([
    ['parallel-compiled.pt', 'logits', 1e-6],
    ['checkpoint.pth', 'logits', 1e-6],
    ['channels-last.pt', 'logits', 1e-6],
    ['legacy.pth', 'logits', 1e-6],
    ['half.pt', 'logits-half', 1e-6],
    ['masked.pt', 'logits-masked', 1e-6, 'masked.py', 'images-masked.npy'],
    ['masked.safetensors', 'logits-masked', 1e-6, 'masked.py', 'images-masked.npy'],
  ])(
    "gives PyTorch's logits with the weights of %s",
    (file, logits, tolerance, source = 'net.py', input = 'images.npy') => {
      const { status } = llmatic(
        ...['predict', join(torchFiles, source), '--weights', join(torchFiles, 'files', file)],
        ...['--input', join(torchFiles, 'files', input), '--output', at('torch.npy')],
      );
      expect(status).toBe(0);
      const got = readNpy(readFileSync(at('torch.npy')));
      const wanted = readNpy(readFileSync(join(torchFiles, 'files', `${logits}.npy`)));
      expect(got.shape).toEqual(wanted.shape);
      const off = [...got.data].map((value, index) => Math.abs(Number(value) - Number(wanted.data[index])));
      expect(Math.max(...off)).toBeLessThan(tolerance);
    },
  );

  test('names every weight that does not fit', () => {
    const wrong = new Map(weights.slice(1));
    wrong.set('fc1.bias', { type: 'float32', shape: [9], data: new Float32Array(9) });
    wrong.set('fc2.bias', { type: 'float32', shape: [1], data: new Float32Array(1) });
    writeFileSync(at('wrong.safetensors'), writeSafetensors(wrong));
    const { status, last } = predict('--json', '--weights', at('wrong.safetensors'));
    expect(status).toBe(2);
    expect(last.error.kind).toBe('weights');
    expect(last.error.message).toMatch(/wrong\.safetensors.*"conv1\.weight" \[1, 3, 1, 1\] is missing/);
    expect(last.error.message).toMatch(/"fc1\.bias" is \[9\] where the network has \[10\]/);
    expect(last.error.message).toMatch(/"fc2\.bias" \[1\] is not a weight/);
  });

  test.each([
    ['no output', ['predict', network, '--weights', 'w', '--input', 'x'], 'usage', /--output is missing/],
    ['no file', ['predict', '--weights', 'w', '--input', 'x', '--output', 'y'], 'file', /x does not exist/],
    ['an unknown option', ['predict', network, '--wieghts', 'w'], 'usage', /--weights\?/],
    [
      'half a thread',
      ['predict', network, ...'--weights w --input x --output y --threads 0.5'.split(' ')],
      'usage',
      /whole number/,
    ],
  ])('refuses %s', (_, words, kind, message) => {
    const { status, last } = llmatic(...words, '--json');
    expect(status).toBe(2);
    expect(last.error).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test('refuses images that are not of the network', () => {
    const images: Tensor = { type: 'float32', shape: [1, 3, 8, 8], data: new Float32Array(192) };
    writeFileSync(at('small.npy'), writeNpy(images));
    const { status, last } = predict('--json', '--input', at('small.npy'));
    expect(status).toBe(2);
    // The interpreter reads the file for images of this size, and its linear layer does not fit them.
    expect(last.error.kind).toBe('shape');
    expect(last.error.message).toMatch(/1024/);
    writeFileSync(at('bytes.npy'), writeNpy({ type: 'uint8', shape: [1, 3, 32, 32], data: new Uint8Array(3072) }));
    expect(predict('--json', '--input', at('bytes.npy')).last.error.message).toMatch(/must be float32.*uint8/);
  });
});

describe('network export', () => {
  test("writes what PyTorch's own safetensors of a wrapped network hold", () => {
    const { status } = llmatic(
      ...['export', join(torchFiles, 'net.py'), '--weights', join(torchFiles, 'files', 'parallel.pth')],
      ...['--input', '3,8,8', '--out', at('exported')],
    );
    expect(status).toBe(0);
    const written = [...readSafetensors(readFileSync(join(at('exported'), 'weights.safetensors'))).values()];
    const wanted = [...readSafetensors(readFileSync(join(torchFiles, 'files', 'weights.safetensors'))).values()];
    const sorted = (tensors: Tensor[]) => tensors.map(({ data }) => [...data].map(String).join(' ')).sort();
    expect(sorted(written)).toEqual(sorted(wanted));
  });
});

describe('network gradients', () => {
  test('gives a loss that can be worked out by hand, and gradients that sum to zero over the classes', () => {
    const { status, last } = gradients(at('l.npy'));
    expect(status).toBe(0);
    const logits = [...Array(10).keys()].map((k) => 6 + k);
    const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
    expect(last.loss).toBeCloseTo((2 * sum - 6 - 15) / 2, 5);
    const tensors = readSafetensors(readFileSync(at('g.safetensors')));
    const bias = [...tensors.get('fc1.bias')!.data].map(Number);
    expect(bias.reduce((total, value) => total + value, 0)).toBeCloseTo(0, 6);
    expect(tensors.get('loss')?.shape).toEqual([]);
  });

  test('refuses labels that are no classes, or too few', () => {
    writeFileSync(at('ten.npy'), writeNpy({ type: 'int64', shape: [2], data: BigInt64Array.of(0n, 10n) }));
    writeFileSync(at('one.npy'), writeNpy({ type: 'int32', shape: [1], data: Int32Array.of(0) }));
    expect(gradients(at('ten.npy')).last.error.message).toMatch(/Label 1 is 10; the network's classes are 0 to 9/);
    const { status, last } = gradients(at('one.npy'));
    expect(status).toBe(2);
    expect(last.error.message).toMatch(/2 images but 1 labels/);
  });
});

const training = ['train', network, '--dataset', 'builtin', '--train-images', '256', '--batch', '32'];

describe('network train', () => {
  test('streams events and ends with the result', () => {
    const options = ['--epochs', '2', '--lr', '0.01', '--validation-images', '100', '--save', at('out.safetensors')];
    const { status, events, last } = llmatic(...training, ...options, '--json');
    expect(status).toBe(0);
    expect(events.filter(({ type }) => type === 'epoch').map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(last).toMatchObject({ type: 'result', steps: 16, device: 'cpu' });
    expect(last.loss).toBe(last.curve[1].loss);
    for (const split of ['train', 'validation', 'test']) {
      expect(last.accuracy[split]).toBeGreaterThanOrEqual(0);
      expect(last.accuracy[split]).toBeLessThanOrEqual(1);
    }
    const names = [...readSafetensors(readFileSync(at('out.safetensors'))).keys()];
    expect(names.sort()).toEqual(weights.map(([name]) => name).sort());
  });

  test('trains by another optimizer, schedule and average', () => {
    const options = [
      '--epochs',
      '2',
      '--lr',
      '0.01',
      '--optimizer',
      'muon',
      '--schedule',
      'cosine',
      '--warmup',
      '0.25',
    ];
    const { status, last } = llmatic(...training, ...options, '--averaging', '0.5', '--clip-norm', '1', '--json');
    expect(status).toBe(0);
    expect(last).toMatchObject({ type: 'result', steps: 16 });
    expect(last.curve[1].loss).toBeLessThan(last.curve[0].loss);
    // The last step of a cosine over the twelve steps after the warm-up.
    expect(last.curve[1].learningRate).toBeCloseTo(0.005 * (1 + Math.cos((Math.PI * 11) / 12)), 12);
  });

  test('fails when the training diverges', () => {
    const { status, last } = llmatic(...training, '--epochs', '3', '--lr', '1e38', '--momentum', '0', '--json');
    expect(status).toBe(1);
    expect(last.error).toMatchObject({ kind: 'diverged', message: expect.stringMatching(/step \d+ is not finite/) });
  });

  test.each([
    [['--epochs', '0'], /--epochs/],
    [['--lr', 'fast'], /--lr takes a number/],
    [['--schedule', 'saw'], /--schedule/],
    [['--recipe', 'fest'], /--recipe fest.*Did you mean fast/],
    [['--optimizer', 'adam', '--nesterov'], /--nesterov: has no effect with optimizer adam/],
    [['--clip-norm', '1', '--clip-value', '1'], /--clip-value: cannot be set together/],
    [['--device', 'cuda'], /webgpu is a GPU of any maker.*There is: auto, cpu, webgpu/],
    [['--save', '/nowhere/at/all/w.safetensors'], /cannot be written/],
    [['--batch', '300'], /there are 256/],
    [['--dataset', 'nowhere'], /nowhere/],
  ])('refuses %j', (words, message) => {
    const { status, last } = llmatic(...training, ...words, '--json');
    expect(status).toBe(2);
    expect(last.error.message).toMatch(message);
  });

  /** Starts a training in a process group of its own, as a terminal does, and waits for its first sign. */
  async function started(...words: string[]) {
    const child = spawn(process.execPath, [cli, 'network', ...training, ...words, '--json'], { detached: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const group = -(child.pid ?? 0);
    return {
      group,
      /** Resolves with the next thing that is said on stderr. */
      said: () => new Promise((resolve) => child.stderr.once('data', resolve)),
      /** Exit code, last event, what was said. */
      async end() {
        const code = await closed;
        // One that was killed stays in the table until the system has taken note of it.
        await vi.waitFor(() => expect(() => process.kill(group, 0)).toThrow(/ESRCH/), { timeout: 10_000 });
        return { code, stderr, last: JSON.parse(stdout.trimEnd().split('\n').at(-1)!) };
      },
    };
  }

  test('stops on Ctrl-C with exit code 130 and leaves no process', async () => {
    const { group, end } = await started('--epochs', '5000');
    process.kill(group, 'SIGINT');
    const { code, last } = await end();
    expect(code).toBe(130);
    expect(last.error.kind).toBe('interrupted');
  });

  test('saves the weights of the step it has come to when its terminal is closed, and says which', async () => {
    // One step an epoch and a constant rate: k steps of a long training are a training of k epochs.
    const options = ['--batch', '256', '--schedule', 'constant', '--lr', '0.01'];
    const file = at('stopped.safetensors');
    const { group, end } = await started(...options, '--epochs', '5000', '--save', file);
    process.kill(group, 'SIGHUP');
    process.kill(group, 'SIGHUP');
    const { code, last, stderr } = await end();
    expect(code).toBe(130);
    expect(stderr).toContain(`Stopping after the step under way, to save the weights to ${file}.`);
    expect(last).toMatchObject({ type: 'interrupted', steps: 5000, weights: file, device: 'cpu' });
    expect(last.curve).toHaveLength(last.step);
    const whole = at('whole.safetensors');
    expect(llmatic(...training, ...options, '--epochs', String(last.step), '--save', whole).status).toBe(0);
    expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
  });

  test('ends at once on the second Ctrl-C, though its trainer hangs, with nothing half made', async () => {
    const { group, said, end } = await started('--epochs', '5000', '--save', at('never.safetensors'));
    process.kill(group, 'SIGSTOP');
    process.kill(-group, 'SIGCONT');
    process.kill(-group, 'SIGINT');
    await said();
    process.kill(-group, 'SIGINT');
    const { code } = await end();
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => /^\.llmatic|never/.test(name))).toEqual([]);
  });
});
