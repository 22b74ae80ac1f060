/** The settings that matter for most searches, in a person's words. */
import './main-settings.css';
import type { SearchForm, SettingField } from '../../../core/contract/settings.ts';
import type { SettingPath } from '../../../core/search/setting-path.ts';
import { type Draft, draftValue } from '../../state/draft.ts';
import { type Check, change } from '../../state/new-search.ts';
import { whole } from '../../words/numbers.ts';
import { ModelPart } from './model/model-part.tsx';
import { PromptSetPart } from './prompts/prompt-set-part.tsx';
import { SettingInput } from './setting-input.tsx';
import { Choice, Row } from './setting-row.tsx';

interface MainSettingsProps {
  readonly form: SearchForm;
  readonly draft: Draft;
  readonly check: Check;
}

const plain: readonly { readonly path: SettingPath; readonly word: string; readonly whenEmpty?: string }[] = [
  { path: 'generations', word: 'Generations' },
  { path: 'offspring', word: 'Offspring of a generation' },
  { path: 'recipe.epochs', word: 'Epochs of a training' },
  { path: 'recipe.trainImages', word: 'Training images', whenEmpty: 'all' },
  { path: 'seed', word: 'Seed' },
  { path: 'trainer.workers', word: 'Trainings at once', whenEmpty: 'as the machine allows' },
];

export function MainSettings({ form, draft, check }: MainSettingsProps) {
  const fields = new Map<SettingPath, SettingField>(form.fields.map((field) => [field.path, field]));
  const invalid = (path: SettingPath): boolean => check.field === path;
  return (
    <div className="main-settings">
      <ModelPart
        models={form.models}
        value={draftValue(draft, 'model')}
        allowRemote={draftValue(draft, 'served.allowRemote') === true}
        check={check}
      />
      <PromptSetPart value={draftValue(draft, 'promptSet')} check={check} />
      <Row path="dataset" word="Dataset" check={check} width="wide">
        <Choice
          path="dataset"
          value={draftValue(draft, 'dataset')}
          invalid={invalid('dataset')}
          options={form.datasets.map(({ name, train, classes, problem }) => ({
            value: name,
            word:
              problem === null
                ? `${name} · ${classes.length} classes, ${whole(train)} training images`
                : `${name} · cannot be used`,
            disabled: problem !== null,
          }))}
        />
      </Row>
      <Row path="strategy" word="Strategy" check={check} width="wide">
        <Choice
          path="strategy"
          value={draftValue(draft, 'strategy')}
          invalid={invalid('strategy')}
          options={form.strategies.map(({ name }) => ({ value: name, word: name, disabled: false }))}
        />
        <p className="muted">{form.strategies.find(({ name }) => name === draftValue(draft, 'strategy'))?.sentence}</p>
      </Row>
      <Row path="generation.mode" word="Writing" check={check} width="wide">
        <Choice
          path="generation.mode"
          value={draftValue(draft, 'generation.mode')}
          invalid={invalid('generation.mode')}
          options={[
            { value: 'reproducible', word: 'one offspring at a time · reproducible', disabled: false },
            { value: 'fast', word: 'several at once · fast, not reproducible', disabled: false },
          ]}
        />
        {draftValue(draft, 'generation.mode') === 'fast' && (
          <p className="muted">
            Not reproducible: what the model writes at once changes the last digits of its sums, so the same seed gives
            another search each time. The run can be stopped and resumed as any other.
          </p>
        )}
      </Row>
      {plain.map(({ path, word, whenEmpty }) => {
        const field = fields.get(path);
        if (field === undefined) return null;
        return (
          <Row key={path} path={path} word={word} check={check}>
            <SettingInput
              id={`main-${path}`}
              field={field}
              value={draftValue(draft, path)}
              invalid={invalid(path)}
              {...(invalid(path) ? { describedBy: `main-${path}-problem` } : {})}
              {...(whenEmpty === undefined ? {} : { whenEmpty })}
              onChange={(value) => change(path, value)}
            />
          </Row>
        );
      })}
    </div>
  );
}
