/** Images that reach a linear layer, or are returned, without having been flattened. */
import { callSpans, lastStatement } from '../../python/syntax/call-spans.ts';
import { callAt, replaced, shown } from './edits.ts';
import type { Mended, Slip } from './slip.ts';

/** A linear layer that got images [N, C, H, W]. */
function beforeLinear({ text, misfit, parser }: Slip): Mended | null {
  if (misfit?.kind !== 'layer' || misfit.layer !== 'Linear' || misfit.input.length !== 4) return null;
  const made = callAt(parser, text, misfit.made);
  const isInSequence = made?.inside === '[' || /(^|\.)Sequential$/.test(made?.inside ?? '');
  if (made !== null && isInSequence) {
    const prefix = made.callee.text.slice(0, -'Linear'.length) || 'torch.nn.';
    return {
      text: replaced(text, { start: made.start, end: made.start }, `${prefix}Flatten(), `),
      repair: {
        kind: 'flatten',
        line: misfit.made.line,
        message: `${prefix}Flatten() goes before ${shown(text.slice(made.start, made.end))}: images reach it`,
      },
    };
  }
  const called = callAt(parser, text, misfit.called);
  const [input, more] = called?.arguments ?? [];
  if (called === null || input === undefined || more !== undefined || input.name !== null) return null;
  return {
    text: replaced(text, input, `torch.flatten(${input.text}, 1)`),
    repair: {
      kind: 'flatten',
      line: misfit.called.line,
      message: `${shown(input.text)} is flattened before ${called.callee.text}: images reach it`,
    },
  };
}

/** `x.view(-1, 1024)` where images do not hold 1024 numbers: each image becomes one row instead. */
function wrongRows({ text, misfit, reason, parser }: Slip): Mended | null {
  const batch = misfit?.kind === 'output' ? misfit.shape?.[0] : undefined;
  const isOutput = typeof batch === 'object' && batch.batch !== 1;
  if (!isOutput && (misfit !== null || reason.kind !== 'shape')) return null;
  const calls = parser.look(text, (root) => callSpans(text, root));
  const rows = calls.filter(({ callee, arguments: given }) => {
    const [first, second, third] = given;
    const isView = /\.(view|reshape)$/.test(callee.text) && first?.text === '-1';
    return isView && second !== undefined && second.text !== '-1' && third === undefined;
  });
  const view = isOutput ? rows.at(-1) : rows.find(({ place }) => place.line === reason.line);
  const [first, second] = view?.arguments ?? [];
  if (view === undefined || first === undefined || second === undefined) return null;
  const object = view.callee.text.replace(/\.\w+$/, '');
  return {
    text: replaced(text, { start: first.start, end: second.end }, `${object}.size(0), -1`),
    repair: {
      kind: 'flatten',
      line: view.place.line,
      message: `${shown(text.slice(view.start, view.end))} keeps the images apart: an image does not hold ${shown(second.text)} numbers`,
    },
  };
}

/** Scores [N, classes, 1, 1] that are returned as an image. */
function beforeReturn({ text, misfit, className, parser }: Slip): Mended | null {
  if (misfit?.kind !== 'output' || misfit.shape === null || misfit.shape.length < 3) return null;
  if (misfit.shape.slice(2).some((size) => size !== 1)) return null;
  const last = parser.look(text, (root) => lastStatement(text, root, className, 'forward'));
  if (last?.kind !== 'return') return null;
  return {
    text: replaced(text, last.value, `torch.flatten(${last.text}, 1)`),
    repair: {
      kind: 'flatten',
      line: last.place.line,
      message: `${shown(last.text)} is flattened before it is returned: it holds one image of one pixel a class`,
    },
  };
}

export function repairFlatten(slip: Slip): Mended | null {
  return beforeLinear(slip) ?? wrongRows(slip) ?? beforeReturn(slip);
}
