// The CRC-32 that PyTorch's own writer put beside each storage: one turned bit in the weights is found.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { convertCodegen } from '../../../../main/llm/convert/convert-codegen.ts';
import { golden, tinyCheckpoint } from './golden.ts';
import { crcPlaces, withoutCrc } from './zip-crc.ts';

function convert(folder: string) {
  return convertCodegen({ folder, out: join(dirname(folder), 'tiny.gguf'), type: 'f32' });
}

/** Turns the lowest bit of the first byte of the entry's own bytes. */
function turnBit(archive: Buffer, entry: string): void {
  const header = archive.indexOf(entry, 0, 'latin1') - 30;
  expect(archive.readUInt32LE(header)).toBe(0x04034b50);
  const at = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  archive.writeUInt8(archive.readUInt8(at) ^ 1, at);
}

it('finds a bit that was turned in any storage, and names the file and the entry', async () => {
  const whole = readFileSync(join(tinyCheckpoint('bin', 'older'), 'pytorch_model.bin'));
  const names = [...crcPlaces(whole).keys()].filter((name) => /\/data(\.pkl|\/\d+)$/.test(name));
  expect(names.length).toBeGreaterThan(10);
  // The first is the pickle; storages that no tensor of the plan needs, as of buffers, are not read.
  for (const name of names.slice(0, 3)) {
    const folder = tinyCheckpoint('bin', 'older');
    const archive = Buffer.from(whole);
    turnBit(archive, name);
    writeFileSync(join(folder, 'pytorch_model.bin'), archive);
    await expect(convert(folder)).rejects.toMatchObject({
      failure: {
        kind: 'checkpoint',
        message: expect.stringMatching(
          new RegExp(`^pytorch_model\\.bin is damaged: the bytes of ${name} have the CRC-32`),
        ),
      },
    });
    expect(existsSync(join(dirname(folder), 'tiny.gguf'))).toBe(false);
  }
});

it('reads an archive for which no CRC-32 was computed', async () => {
  const folder = tinyCheckpoint('bin', 'older');
  const file = join(folder, 'pytorch_model.bin');
  writeFileSync(file, withoutCrc(readFileSync(file)));
  expect((await convert(folder)).sha256).toBe(golden.sha256.f32);
});
