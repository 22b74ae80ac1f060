/** `doctor`: what works on this machine and what does not. */
import { fail } from '../../../core/failure.ts';
import { allChecks } from '../../doctor-checks.ts';
import type { Command } from './command.ts';
import { deviceLines } from './device-option.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'What works on this machine and what does not.',
  usage: `Usage: llmatic doctor [--json]

Tries the native libraries and the devices that networks are trained on (each in a process of its own), the embedded
model, the built-in dataset and the folders, and asks the usual ports of llama-server, Ollama and LM Studio on this
machine for their models; nothing else is reached. Exits with 1 when something is missing that a search needs; what it
can do without is marked \`none\`.

Devices:
${deviceLines.join('\n')}`,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 0) fail('usage', 'doctor takes no arguments. See `llmatic doctor --help`.');
    const checks = await allChecks();
    const ok = checks.every((check) => check.ok || !check.required);
    const width = Math.max(...checks.map((check) => check.name.length));
    const lines = checks.map(
      ({ name, ok: good, required, detail }) =>
        `${good ? 'ok  ' : required ? 'FAIL' : 'none'}  ${name.padEnd(width)}  ${detail}`,
    );
    const verdict = ok ? 'A search can run here.' : 'A search cannot run here: see the lines marked FAIL.';
    return { json: { ok, checks }, text: [...lines, '', verdict], exitCode: ok ? 0 : 1 };
  },
};
