/**
 * StructureView: how a network differs from its parent, operation by operation, whatever their texts look like.
 * Props: `difference` (runs.difference).
 */
import './structure-view.css';
import { Fragment, useMemo, useState } from 'react';
import type { ChangeView, DifferenceView } from '../../core/contract/networks.ts';
import { type DiffStretch, foldUnchanged } from '../../core/line-diff.ts';
import { si, signedSi } from '../words/numbers.ts';

type OperationView = NonNullable<ChangeView['before']>;

const words: Readonly<Record<ChangeView['kind'], string>> = {
  same: '',
  rewired: '',
  changed: 'changed: ',
  removed: 'removed: ',
  added: 'added: ',
};

const signs: Readonly<Record<ChangeView['kind'], string>> = {
  same: '',
  rewired: '\u21c4',
  changed: '~',
  removed: '\u2212',
  added: '+',
};

const measures = [
  ['parameters', 'params', ''],
  ['FLOPs', 'flops', ''],
  ['width', 'width', ''],
  ['depth', 'depth', ''],
  ['activations', 'activationBytes', 'B'],
] as const;

function Measures({ before, after }: Pick<DifferenceView, 'before' | 'after'>) {
  return (
    <table className="structure-measures">
      <thead>
        <tr>
          <td />
          <th scope="col">{before.id}</th>
          <th scope="col">{after.id}</th>
          <th scope="col">change</th>
        </tr>
      </thead>
      <tbody>
        {measures.map(([label, measure, unit]) => {
          const [old, next] = [before.measures[measure], after.measures[measure]];
          return (
            <tr key={measure}>
              <th scope="row">{label}</th>
              <td title={old.toLocaleString('en')}>{si(old, unit)}</td>
              <td title={next.toLocaleString('en')}>{si(next, unit)}</td>
              <td>{old === next ? '' : signedSi(next - old, unit)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A part of an operation, or the two parts where they differ. */
function Part({ before, after }: { before: string | undefined; after: string | undefined }) {
  if (before === after) return after;
  return (
    <>
      {before !== undefined && <del>{before}</del>}
      {before !== undefined && after !== undefined && ' '}
      {after !== undefined && <ins>{after}</ins>}
    </>
  );
}

const sizesOf = ({ weight }: OperationView): string | undefined =>
  weight === null ? undefined : `[${weight.join(', ')}]`;

/** Attributes that tell something: all of what came or went, else those that differ. */
function attributesOf({ kind, before, after }: ChangeView): [string | undefined, string | undefined][] {
  if (kind === 'same' || kind === 'rewired') return [];
  const [old, next] = [before?.attributes ?? [], after?.attributes ?? []];
  if (before === null || after === null) return [...old, ...next].map((each) => [each, each]);
  const pairs = Array.from(
    { length: Math.max(old.length, next.length) },
    (_, place) => [old[place], next[place]] as const,
  );
  return pairs.flatMap(([then, now]) => (then === now ? [] : [[then, now]]));
}

function Row({ change }: { change: ChangeView }) {
  const { kind, before, after } = change;
  const shown = after ?? before;
  if (shown === null) return null;
  const [then, now] = [before ?? shown, after ?? shown];
  const attributes = attributesOf(change);
  return (
    <tr className={`structure-${kind}`}>
      <td className="code-number" data-number={before === null ? '' : before.index + 1} />
      <td className="code-number" data-number={after === null ? '' : after.index + 1} />
      <td className="diff-sign" data-sign={signs[kind]} />
      <td className="structure-operation" title={[...shown.attributes].join(', ')}>
        <span className="visually-hidden">{words[kind]}</span>
        <span className="structure-operator">{shown.operator}</span>
        {shown.weight !== null && ' '}
        <Part before={sizesOf(then)} after={sizesOf(now)} />
        {' → '}
        <Part before={then.output} after={now.output} />
        {shown.layer !== null && <span className="structure-layer"> {shown.layer}</span>}
        {kind === 'rewired' && <div className="structure-attributes">reads other values than before</div>}
        {attributes.length > 0 && (
          <div className="structure-attributes">
            {attributes.map(([old, next], place) => (
              <Fragment key={`${old} ${next}`}>
                {place > 0 && ', '}
                <Part before={old} after={next} />
              </Fragment>
            ))}
          </div>
        )}
      </td>
    </tr>
  );
}

function Stretch({ stretch }: { stretch: DiffStretch<ChangeView> }) {
  const [isOpen, setOpen] = useState(false);
  if (!stretch.folded || isOpen) {
    return stretch.lines.map((change) => (
      <Row key={`${change.before?.index} ${change.after?.index}`} change={change} />
    ));
  }
  return (
    <tr className="diff-fold">
      <td colSpan={4}>
        <button type="button" onClick={() => setOpen(true)}>
          {stretch.lines.length} unchanged operations
        </button>
      </td>
    </tr>
  );
}

export function StructureView({ difference }: { difference: DifferenceView }) {
  const { before, after, counts, changes } = difference;
  const stretches = useMemo(() => foldUnchanged(changes, 1), [changes]);
  const kinds = (['removed', 'added', 'changed', 'rewired'] as const).filter((kind) => counts[kind] > 0);
  return (
    <div className="structure">
      <p className="inspector-note structure-verdict">
        {before.hash === after.hash
          ? `The same network as ${before.id}: it computes the same.`
          : kinds.length === 0
            ? 'The same operations; initial values of weights, or what is trained, differ.'
            : `Operations: ${kinds.map((kind) => `${counts[kind]} ${kind}`).join(', ')}, ${counts.same} kept.`}
      </p>
      <Measures before={before} after={after} />
      {kinds.length > 0 && (
        <table className="structure-changes" aria-label={`Operations changed from ${before.id} to ${after.id}`}>
          <tbody>
            {stretches.map((stretch) => (
              <Stretch key={`${stretch.lines[0]?.before?.index} ${stretch.lines[0]?.after?.index}`} stretch={stretch} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
