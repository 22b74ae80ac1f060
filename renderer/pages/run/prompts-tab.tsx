/** Which prompts help this model: the figures of each, and below them the offspring of the one that is chosen. */
import './prompts-tab.css';
import { useEffect, useMemo, useState } from 'react';
import type { RunAddress } from '../../address.ts';
import { VirtualTable } from '../../controls/virtual-table.tsx';
import { readDetailSoon, useOpenRun } from '../../state/open-run.ts';
import { compare, type Order } from '../../state/run-order.ts';
import { useRepairs } from '../../state/run-settings.ts';
import { type PromptColumn, type PromptRow, promptColumns, promptKeys } from './prompt-columns.tsx';
import { PromptOffspring } from './prompt-offspring.tsx';

/** What prompts of other operators than mutation say, in short. */
const otherTexts: Readonly<Record<string, string>> = {
  'crossover-two': 'Combine the two networks shown.',
  'crossover-three': 'Combine the three networks shown.',
  'random-network': 'A network from the initial one.',
};

export function PromptsTab({ address }: { readonly address: RunAddress }) {
  const { candidates, detail } = useOpenRun();
  const repairs = useRepairs();
  const [order, setOrder] = useState<Order<PromptColumn>>({ column: 'trainable', descending: true });
  const [chosen, setChosen] = useState<string | null>(null);
  // The engine counts; what a running search tells about candidates is the sign to ask it again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: candidates are what tells that there is something new
  useEffect(() => readDetailSoon(address.run), [address.run, candidates]);
  const rows = useMemo(() => {
    const sign = order.descending ? -1 : 1;
    const key = promptKeys[order.column];
    const texts = new Map(detail?.prompts.map(({ id, text }) => [id, text]));
    return (detail?.byPrompt ?? [])
      .map((row): PromptRow => ({ ...row, text: texts.get(row.prompt) ?? otherTexts[row.prompt] ?? '' }))
      .sort((a, b) => sign * compare(key(a), key(b)) || b.offspring - a.offspring);
  }, [detail, order]);
  const columns = useMemo(() => promptColumns(repairs), [repairs]);
  const shown = rows.some(({ prompt }) => prompt === chosen) ? chosen : (rows[0]?.prompt ?? null);
  return (
    <div className="prompts">
      <div className="panel prompts-table">
        <VirtualTable
          label="Prompts"
          columns={columns}
          rows={rows}
          keyOf={({ prompt }) => prompt}
          selected={shown}
          onSelect={({ prompt }) => setChosen(prompt)}
          order={order}
          onOrder={setOrder}
          empty={detail === null ? 'Reading the run…' : 'No prompts yet.'}
        />
      </div>
      {shown !== null && <PromptOffspring prompt={shown} selection={address.selection} />}
    </div>
  );
}
