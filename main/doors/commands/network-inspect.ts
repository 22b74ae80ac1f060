/** `network inspect FILE.py`: what a network is, without running it: parameters, FLOPs, width, depth, layers. */
import { fail } from '../../../core/failure.ts';
import { lineDiff } from '../../../core/line-diff.ts';
import { formatShape } from '../../../core/network/dimensions.ts';
import type { Shape } from '../../../core/network/ir.ts';
import { type LayerRow, layerTable } from '../../../core/network/layer-table.ts';
import { type NetworkFileOptions, type ReadNetworkFile, readNetworkFile } from '../../interpreter.ts';
import type { Command } from './command.ts';
import { networkFileChoices, networkFileOptions as networkFileCommandOptions } from './network-argument.ts';

const usage = `Usage: llmatic network inspect FILE.py [--class NAME | --factory NAME] [--args JSON] [--root FOLDER]
                               [--input 3,32,32] [--classes N] [--repair] [--json]

Reads a PyTorch network without running it and prints its parameters, FLOPs (multiply-accumulates
of one image), width, depth and layers.

  --class NAME      the class to read (default: Net, else the only nn.Module that no other uses)
  --factory NAME    the function of the file that returns the module, in place of a class
  --args JSON       arguments of the class or the function by name, for example '{"width": 32}'
  --root FOLDER     the folder that the file may import from (default: its own); a folder with an
                    __init__.py is itself a package
  --input C,H,W     size of one image (default 3,32,32)
  --classes N       refuse a network whose output is not [N, classes] (default: any number)
  --repair          repair common slips where the file is refused as it stands (sizes of inputs, a
                    missing flatten, an unfinished last line, imports), and show what was changed;
                    the file itself is left alone`;

/** `3,32,32` -> sizes. @throws FailureError of kind usage */
export function parseInputSize(text: string): number[] {
  const sizes = text.split(',').map((part) => Number(part.trim()));
  if (sizes.length === 0 || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    return fail('usage', `--input needs sizes such as 3,32,32, not ${text}.`);
  }
  return sizes;
}

/** Options of commands that read a network file, as {@link readNetworkFile} takes them. */
export function networkFileOptions(
  options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>,
): NetworkFileOptions {
  const { input, classes } = options;
  const count = typeof classes === 'string' ? Number(classes) : null;
  if (count !== null && (!Number.isInteger(count) || count < 1)) {
    return fail('usage', `--classes needs a positive whole number, not ${String(classes)}.`);
  }
  return {
    ...networkFileChoices(options),
    ...(typeof input === 'string' ? { input: parseInputSize(input) } : {}),
    ...(count === null ? {} : { classes: count }),
    ...(options.repair === true ? { repair: true } : {}),
  };
}

function shapeJson(shape: Shape): (number | string)[] {
  return shape.map((size) => (typeof size === 'number' ? size : size.batch === 1 ? 'N' : `${size.batch}N`));
}

/** The JSON document of `network inspect`. */
export function inspection(read: ReadNetworkFile) {
  const { network, measures, hash, repaired } = read;
  const output = network.nodes[network.output - 1]?.shape ?? [{ batch: 1 }, ...network.input];
  return {
    params: measures.params,
    flops: measures.flops,
    width: measures.width,
    depth: measures.depth,
    widthToDepth: measures.widthToDepth,
    activationBytes: measures.activationBytes,
    input: ['N', ...network.input],
    output: shapeJson(output),
    hash,
    repairs: repaired?.repairs ?? [],
    ...(repaired === undefined ? {} : { refusedFor: repaired.reason, source: read.source }),
    layers: layerTable(network).map((row) => ({ ...row, output: shapeJson(row.output) })),
  };
}

/** What was changed in a file before it could be read, line by line. */
function repairText({ repaired, source }: ReadNetworkFile): string[] {
  if (repaired === undefined) return [];
  const changed = lineDiff(repaired.from, source).filter((line) => line.kind !== 'same');
  return [
    `Refused as it stands: ${repaired.reason.message}`,
    'Repaired:',
    ...repaired.repairs.map(({ kind, line, message }) => `  line ${line}, ${kind}: ${message}`),
    '',
    ...changed.map(({ kind, text }) => `${kind === 'removed' ? '-' : '+'} ${text}`),
    '',
  ];
}

const thousands = (value: number) => value.toLocaleString('en-US');

function table(rows: readonly LayerRow[]): string {
  const cells = [
    ['layer', 'operation', 'output', 'params', 'FLOPs'],
    ...rows.map((row) => [
      row.name ?? '',
      row.type,
      formatShape(row.output),
      row.params === 0 ? '' : thousands(row.params),
      row.flops === 0 ? '' : thousands(row.flops),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

export const networkInspectCommand: Command = {
  name: 'network inspect',
  summary: 'Read a PyTorch file: layers, shapes, parameters, FLOPs.',
  usage,
  options: {
    ...networkFileCommandOptions,
    input: { type: 'string' },
    classes: { type: 'string' },
    repair: { type: 'boolean' },
  },
  async run(context) {
    const [file] = context.positionals;
    if (file === undefined || context.positionals.length > 1) {
      return fail('usage', 'network inspect needs one file: llmatic network inspect FILE.py');
    }
    const read = await readNetworkFile(file, networkFileOptions(context.options));
    const json = inspection(read);
    const unused = read.network.modules.filter((module) => !module.used).map((module) => module.path);
    const lines = [
      ...repairText(read),
      table(layerTable(read.network)),
      '',
      `parameters      ${thousands(json.params)}`,
      `FLOPs           ${thousands(json.flops)} (multiply-accumulates of one image)`,
      `width / depth   ${json.width} / ${json.depth} = ${Number(json.widthToDepth.toFixed(3))}`,
      `activations     ${thousands(json.activationBytes)} bytes of one image`,
      `output          [${json.output.join(', ')}]`,
      `hash            ${json.hash}`,
      ...(unused.length === 0 ? [] : [`not used by forward: ${unused.join(', ')}`]),
    ];
    return { json, text: lines.join('\n') };
  },
};
