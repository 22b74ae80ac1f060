/** A layer that is told another number of features or channels than reach it. */
import type { CallSpan } from '../../python/syntax/call-spans.ts';
import { callAt, replaced, shown } from './edits.ts';
import type { Mended, Repair, Slip } from './slip.ts';

/** Layers whose first argument is the size of their input: its name, the axis it counts, the layer that infers it. */
const sized: Readonly<Record<string, { argument: string; axis: number; lazy: string; counts: string }>> = {
  Linear: { argument: 'in_features', axis: -1, lazy: 'LazyLinear', counts: 'features' },
  Conv1d: { argument: 'in_channels', axis: 1, lazy: 'LazyConv1d', counts: 'channels' },
  Conv2d: { argument: 'in_channels', axis: 1, lazy: 'LazyConv2d', counts: 'channels' },
  ConvTranspose2d: { argument: 'in_channels', axis: 1, lazy: 'LazyConvTranspose2d', counts: 'channels' },
  BatchNorm1d: { argument: 'num_features', axis: 1, lazy: 'LazyBatchNorm1d', counts: 'channels' },
  BatchNorm2d: { argument: 'num_features', axis: 1, lazy: 'LazyBatchNorm2d', counts: 'channels' },
};

function sizeArgument(call: CallSpan, name: string) {
  const first = call.arguments[0];
  const byName = call.arguments.find((each) => each.name === name);
  return byName ?? (first?.name === null && !first.text.startsWith('*') ? first : undefined);
}

/** The call with the layer that takes its size from the input: for a call that makes layers of several sizes. */
function lazily(text: string, call: CallSpan, lazy: string): string | null {
  const [first, second] = call.arguments;
  if (first === undefined || first.name !== null || first.text.startsWith('*')) return null;
  const without = replaced(text, { start: first.start, end: second?.start ?? first.end }, '');
  const { start, end, text: callee } = call.callee;
  return replaced(without, { start, end }, callee.replace(/\w+$/, lazy));
}

export function repairInputSize({ text, misfit, parser, earlier }: Slip): Mended | null {
  if (misfit?.kind !== 'layer') return null;
  const rule = sized[misfit.layer];
  const size = misfit.input.at(rule?.axis ?? 0);
  const call = callAt(parser, text, misfit.made);
  if (rule === undefined || typeof size !== 'number' || call === null) return null;
  const argument = sizeArgument(call, rule.argument);
  if (argument === undefined) return null;
  const { line } = misfit.made;
  const mended = (after: string, message: string): Mended => ({
    text: after,
    repair: { kind: 'input-size', line, message },
  });
  const isSame = (repair: Repair) => repair.kind === 'input-size' && repair.line === line;
  if (!earlier.some(isSame)) {
    const value = argument.name === null ? String(size) : `${argument.name}=${size}`;
    const why = `${rule.argument} is ${size}, not ${shown(argument.text.replace(/^\w+\s*=\s*/, ''))}`;
    return mended(replaced(text, argument, value), `${misfit.layer}: ${why}: so many ${rule.counts} reach it`);
  }
  // The same call makes layers of other sizes too: no number fits them all.
  const after = lazily(text, call, rule.lazy);
  if (after === null) return null;
  const message = `${misfit.layer} becomes ${rule.lazy}: inputs of several sizes reach the layers made here`;
  return mended(after, message);
}
