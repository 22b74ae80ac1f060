/** `network inspect FILE.py`: what a network is, without running it: parameters, FLOPs, width, depth, layers. */
import { lineDiff } from '../../../core/line-diff.ts';
import { formatShape } from '../../../core/network/dimensions.ts';
import { type Shape, shapeOfValue } from '../../../core/network/ir.ts';
import { layerTable } from '../../../core/network/layer-table.ts';
import { activationBytesOf } from '../../../core/network/measures.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import type { ReadNetworkFile } from '../../interpreter.ts';
import { readFileInThread } from '../../reading/read-file.ts';
import { aligned } from '../terminal/aligned.ts';
import { classCount, classesText } from './class-count.ts';
import type { Command } from './command.ts';
import { filesOf, readingChoices, readingOptions, readingUsage } from './network-reading.ts';

const usage = `Usage: llmatic network inspect FILE.py [--class NAME | --factory NAME] [--args JSON] [--root FOLDER]
                               [--input 3,32,32] [--classes N] [--repair] [--json]

Reads a PyTorch network without running it and prints each operation with its layer, output,
parameters, FLOPs (multiply-accumulates of one image) and activation memory (bytes of its output for
one image, float32), then the totals, width, depth and canonical hash. Networks that compute the same
have the same hash, whatever their names and style.

${readingUsage}
  --repair          repair common slips where the file is refused as it stands (sizes of inputs, a
                    missing flatten, an unfinished last line, imports), and show what was changed;
                    the file itself is left alone`;

function shapeJson(shape: Shape): (number | string)[] {
  return shape.map((size) => (typeof size === 'number' ? size : size.batch === 1 ? 'N' : `${size.batch}N`));
}

/** The JSON document of `network inspect`. */
function inspection({ network, measures, hash, repaired, source, notes }: ReadNetworkFile) {
  return {
    params: measures.params,
    flops: measures.flops,
    width: measures.width,
    depth: measures.depth,
    widthToDepth: measures.widthToDepth,
    activationBytes: measures.activationBytes,
    input: shapeJson(shapeOfValue(network, 0)),
    output: shapeJson(shapeOfValue(network, network.output)),
    classes: classCount(network),
    hash,
    notes: notes ?? [],
    repairs: repaired?.repairs ?? [],
    ...(repaired === undefined ? {} : { refusedFor: repaired.reason, source }),
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
const figure = (value: number) => (value === 0 ? '' : thousands(value));

/** One row an operation; the name and class of a layer stand at the first of its operations. */
function table({ network, measures }: Interpretation): string[] {
  const input = shapeOfValue(network, 0);
  const rows = layerTable(network);
  const unread = measures.params - rows.reduce((sum, { params }) => sum + params, 0);
  const cells = [
    ['layer', 'class', 'operator', 'output', 'params', 'FLOPs', 'activations'],
    ['', '', 'input', formatShape(input), '', '', thousands(activationBytesOf(input))],
    ...rows.map((row, index) => {
      const goesOn = row.name !== null && rows[index - 1]?.name === row.name;
      return [
        goesOn ? '' : (row.name ?? ''),
        goesOn || row.type === row.operator ? '' : row.type,
        row.operator,
        formatShape(row.output),
        figure(row.params),
        figure(row.flops),
        thousands(row.activationBytes),
      ];
    }),
    ...(unread === 0 ? [] : [['not read', '', '', '', thousands(unread), '', '']]),
    ['total', '', '', '', thousands(measures.params), thousands(measures.flops), thousands(measures.activationBytes)],
  ];
  return aligned(cells, 4).split('\n');
}

export const networkInspectCommand: Command = {
  name: 'network inspect',
  summary: 'Read a PyTorch file: layers, shapes, parameters, FLOPs, memory.',
  usage,
  options: { ...readingOptions, repair: { type: 'boolean' } },
  async run({ positionals, options, signal }) {
    const [file = ''] = filesOf(positionals, 1, 'network inspect');
    const read = await readFileInThread(file, { ...readingChoices(options), repair: options.repair === true }, signal);
    const json = inspection(read);
    const unused = read.network.modules.filter((module) => !module.used).map((module) => module.path);
    const lines = [
      ...repairText(read),
      ...table(read),
      '',
      `parameters      ${thousands(json.params)}`,
      `FLOPs           ${thousands(json.flops)} (multiply-accumulates of one image)`,
      `width / depth   ${json.width} / ${json.depth} = ${Number(json.widthToDepth.toFixed(3))}`,
      `activations     ${thousands(json.activationBytes)} bytes of one image`,
      `output          [${json.output.join(', ')}]`,
      `classes         ${await classesText(json.classes)}`,
      `hash            ${json.hash}`,
      ...(unused.length === 0 ? [] : [`not used by forward: ${unused.join(', ')}`]),
      ...json.notes.map((note) => `note            ${note}`),
    ];
    return { json, text: lines };
  },
};
