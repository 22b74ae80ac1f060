/** The prompts of a new search: one of the sets known, or a person's own, and what the model will read. */
import '../model/model-part.css';
import { useState } from 'react';
import { Button } from '../../../controls/button.tsx';
import { useAnswer } from '../../../state/answer.ts';
import { type Check, change } from '../../../state/new-search.ts';
import { counted } from '../../../words/numbers.ts';
import { Choice, Row } from '../setting-row.tsx';
import { ImportPromptsDialog } from './import-prompts-dialog.tsx';
import { PromptPreviewDialog } from './prompt-preview-dialog.tsx';

interface PromptSetPartProps {
  /** The setting `promptSet`: a name, or the path of a file. */
  readonly value: unknown;
  readonly check: Check;
}

export function PromptSetPart({ value, check }: PromptSetPartProps) {
  const [asking, ask] = useState<'preview' | 'import' | null>(null);
  // Asked again once a set was imported: what is in the list is then another.
  const [imports, setImports] = useState(0);
  const answer = useAnswer('prompts.list', {}, imports);
  const sets = answer.kind === 'ready' ? answer.result.sets : [];
  const name = typeof value === 'string' ? value : '';
  const options = sets.map(({ name: each, own, changes, prompts, problem }) => {
    const mutations = prompts.filter(({ number }) => number !== null).length;
    const words = `${each}${own ? ' (your own)' : ''} · ${counted(mutations, 'prompt')}`;
    if (problem !== null) return { value: each, word: `${each} · cannot be read`, disabled: true };
    return changes === 'cell'
      ? { value: each, word: `${words}, for cells of a benchmark`, disabled: true }
      : { value: each, word: words, disabled: false };
  });
  if (!options.some((option) => option.value === name)) options.push({ value: name, word: name, disabled: false });
  const problem =
    answer.kind === 'failed' ? answer.message : sets.find((set) => set.problem !== null)?.problem?.message;
  const close = (): void => ask(null);
  return (
    <Row path="promptSet" word="Prompts" check={check} width="whole">
      <div className="model-part">
        <Choice path="promptSet" value={name} invalid={check.field === 'promptSet'} options={options} />
        <Button disabled={name === ''} onPress={() => ask('preview')}>
          What the model reads…
        </Button>
        <Button icon="folder" onPress={() => ask('import')}>
          Import…
        </Button>
      </div>
      {problem !== undefined && <p className="warn">{problem}</p>}
      {asking === 'preview' && <PromptPreviewDialog set={name} sets={sets} onClose={close} />}
      {asking === 'import' && (
        <ImportPromptsDialog
          onClose={close}
          onImported={(set) => {
            setImports((count) => count + 1);
            if (set.changes === 'network') change('promptSet', set.name);
          }}
        />
      )}
    </Row>
  );
}
