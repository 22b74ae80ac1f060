import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackedFile } from '../../../main/package-folder.ts';
import { fileBeside, forkNode, nodeEnvironment } from '../../../main/processes/child-node.ts';
import { quietEnvironment } from '../../../main/quiet-environment.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-child-'));
});

afterEach(() => {
  Reflect.deleteProperty(process.versions, 'electron');
  rmSync(folder, { recursive: true, force: true });
});

/** What a child started by forkNode finds in its environment. */
async function environmentOfChild(env: Record<string, string>): Promise<unknown> {
  const file = join(folder, 'child.mjs');
  writeFileSync(file, 'process.send({ node: process.env.ELECTRON_RUN_AS_NODE, own: process.env.OWN_SETTING });');
  const child = forkNode(file, { env });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
  });
}

/** Makes this process look like one of Electron's. */
function pretendElectron(): void {
  Object.defineProperty(process.versions, 'electron', { value: '45.4.1', configurable: true, enumerable: true });
}

describe('a child process that runs our own file', () => {
  it('is plain Node under Node', async () => {
    expect(await environmentOfChild({ OWN_SETTING: 'x' })).toEqual({ own: 'x' });
    expect(nodeEnvironment({ A: 'b' }, { node: '24.0.0' })).toEqual({ A: 'b', ...quietEnvironment });
  });

  it('is told to be Node inside Electron, where the executable would else open another app', async () => {
    pretendElectron();
    expect(await environmentOfChild({ OWN_SETTING: 'x' })).toEqual({ node: '1', own: 'x' });
    expect(nodeEnvironment({ A: 'b' }, { node: '24.0.0', electron: '45.0.0' })).toEqual({
      A: 'b',
      ...quietEnvironment,
      ELECTRON_RUN_AS_NODE: '1',
    });
  });

  it('is told that ONNX Runtime shall report to nobody, whatever this process was told', async () => {
    const file = join(folder, 'child.mjs');
    writeFileSync(file, 'process.send(process.env.ORT_DISABLE_TELEMETRY);');
    const child = forkNode(file, { env: { OWN_SETTING: 'x' } });
    expect(await new Promise((resolve) => child.once('message', resolve))).toBe('1');
    expect(nodeEnvironment({ ORT_DISABLE_TELEMETRY: '0' })).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' });
  });

  it('is the TypeScript file beside a TypeScript module, and the JavaScript file beside a compiled one', () => {
    const at = (name: string): string => pathToFileURL(join(folder, name)).href;
    expect(fileBeside(at('process.ts'), 'worker')).toBe(join(folder, 'worker.ts'));
    expect(fileBeside(at('process.js'), 'worker')).toBe(join(folder, 'worker.js'));
  });
});

describe('a file of the package that native code opens', () => {
  it('is taken from beside the archive of an Electron app, and from where it is elsewhere', () => {
    expect(unpackedFile('/opt/LLMatic/resources/app.asar/models/a.gguf')).toBe(
      '/opt/LLMatic/resources/app.asar.unpacked/models/a.gguf',
    );
    expect(unpackedFile('C:\\LLMatic\\resources\\app.asar\\models\\a.gguf')).toBe(
      'C:\\LLMatic\\resources\\app.asar.unpacked\\models\\a.gguf',
    );
    expect(unpackedFile('/opt/llmatic/models/a.gguf')).toBe('/opt/llmatic/models/a.gguf');
    expect(unpackedFile('/opt/resources/app.asar.unpacked/models/a.gguf')).toBe(
      '/opt/resources/app.asar.unpacked/models/a.gguf',
    );
  });
});
