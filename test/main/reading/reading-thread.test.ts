import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import { initialNetworkSource } from '../../../core/search/initial-network.ts';
import { networkInspectCommand } from '../../../main/doors/commands/network-inspect.ts';
import { loadInterpreter, PythonFloat, parseArguments, readNetworkFile } from '../../../main/interpreter.ts';
import { argumentsText } from '../../../main/reading/arguments-text.ts';
import { readingThread } from '../../../main/reading/reading-thread.ts';

const file = new URL('./slow-worker.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'reading-'));
const thread = readingThread({ seconds: 1, file });
const read = thread.interpreter();
const patient = readingThread();

afterAll(async () => {
  await Promise.all([thread.close(), patient.close()]);
  rmSync(folder, { recursive: true });
});

const failure = async (work: Promise<unknown> | unknown) => {
  try {
    return await work;
  } catch (error) {
    return failureOf(error);
  }
};

test('a thread gives the same as the interpreter itself, for networks, refusals and repairs', async () => {
  const interpret = await loadInterpreter();
  const inThread = patient.interpreter();
  const slip = initialNetworkSource.replace(/Linear\(\d+/, 'Linear(7');
  for (const text of [initialNetworkSource, 'class Net: pass', slip]) {
    for (const repair of [false, true]) expect(await inThread(text, { repair })).toEqual(interpret(text, { repair }));
  }
  expect(interpret(slip, { repair: true })).toMatchObject({ ok: false, repaired: { from: expect.any(String) } });
});

test('it reads for other images, classes and bounds', async () => {
  const options = { input: [1, 28, 28], classes: 7, budget: { steps: 50 } };
  const here = await loadInterpreter(options);
  expect(await patient.interpreter(options)(initialNetworkSource)).toEqual(here(initialNetworkSource));
});

test('a file is read there as here, with arguments that are no whole numbers', async () => {
  const path = join(folder, 'net.py');
  writeFileSync(
    path,
    `import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self, width, rate):\n        super().__init__()\n        assert isinstance(rate, float)\n        self.fc = nn.Linear(3072, width)\n    def forward(self, x):\n        return self.fc(torch.flatten(x, 1))\n`,
  );
  const args = parseArguments('{"width": 12, "rate": 1.0}');
  expect(await patient.file(path, { args })).toEqual(await readNetworkFile(path, { args }));
  expect(await failure(patient.file(path, {}))).toEqual(await failure(readNetworkFile(path)));
});

test('arguments stay what they are as text', () => {
  const args = { a: [1, new PythonFloat(2), 0.5, -0, null, true], 'b"': { c: 'd\n' }, e: new PythonFloat(1e300) };
  const floats = new PythonFloat(0.5);
  expect(parseArguments(argumentsText(args))).toEqual({ ...args, a: [1, new PythonFloat(2), floats, 0, null, true] });
});

test('a text that is read for ever is a fault of ours, and the next one is read', { timeout: 120_000 }, async () => {
  const [slow, next] = [read('# never ends'), read(initialNetworkSource)];
  expect(await failure(slow)).toMatchObject({
    kind: 'fault',
    message: expect.stringMatching(/took too long.*fault of L/),
  });
  expect(await next).toMatchObject({ ok: true });
});

test('a text of which the thread dies is a fault of ours, and the next one is read', { timeout: 120_000 }, async () => {
  expect(await failure(read('# dies'))).toMatchObject({
    kind: 'fault',
    message: expect.stringContaining('ended early'),
  });
  expect(await read(initialNetworkSource)).toMatchObject({ ok: true });
});

test('a signal ends reading at once, whatever is read', { timeout: 120_000 }, async () => {
  const endless = readingThread({ file });
  const stop = new AbortController();
  const reading = endless.interpreter()('# never ends', undefined, stop.signal);
  const waiting = endless.interpreter()(initialNetworkSource, undefined, stop.signal);
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 200);
  await Promise.all([reading, waiting].map((each) => expect(each).rejects.toThrow('Ctrl-C')));
  await endless.close();
});

test('network inspect ends at Ctrl-C in the middle of a long reading', { timeout: 120_000 }, async () => {
  const path = join(folder, 'long.py');
  writeFileSync(path, 'for i in range(200_000):\n    for j in range(200_000):\n        pass\n');
  const stop = new AbortController();
  const nothing = (): void => {};
  const context = { positionals: [path], options: { root: folder }, json: true, signal: stop.signal };
  const running = networkInspectCommand.run({ ...context, say: nothing, print: nothing, event: nothing });
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 200);
  await expect(running).rejects.toThrow('Ctrl-C');
});
