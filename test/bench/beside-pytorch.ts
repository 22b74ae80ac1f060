/**
 * Thirty networks trained 100 steps on real CIFAR-10 images beside PyTorch, as one JSON document; `--table` prints the
 * rows of docs/training.md. Usage: LLMATIC_PYTHON=... node test/bench/beside-pytorch.ts [NETWORK ...] [--table]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Beside, besidePyTorch } from '../core/autodiff/beside-pytorch.ts';
import { recipe } from '../core/autodiff/whole-networks.ts';
import { prepareCifar } from '../main/training/cifar-losses.ts';

const { values, positionals } = parseArgs({ options: { table: { type: 'boolean' } }, allowPositionals: true });

function row({ network, firstLoss, lastLoss, ...figures }: Beside): string {
  const { loss, pytorchLoss, gradient, pytorchGradient, pass } = figures;
  const errors = [loss, pytorchLoss, gradient, pytorchGradient].map((error) => error.toExponential(1));
  const losses = `${firstLoss.toFixed(2)} to ${lastLoss.toFixed(2)}`;
  return `| \`${network}\` | ${[losses, ...errors].join(' | ')} | ${pass ? 'yes' : 'no'} |`;
}

const folder = mkdtempSync(join(tmpdir(), 'llmatic-beside-'));
try {
  const networks: Beside[] = [];
  for await (const { figures } of besidePyTorch(prepareCifar(folder), positionals)) {
    networks.push(figures);
    process.stderr.write(`${row(figures)}\n`);
  }
  const passed = networks.filter(({ pass }) => pass).length;
  const document = { recipe, networks, passed, failed: networks.length - passed };
  process.stdout.write(values.table ? `${networks.map(row).join('\n')}\n` : `${JSON.stringify(document, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
