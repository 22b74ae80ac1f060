/** The settings that matter for most searches, in a person's words. */
import './main-settings.css';
import type { ReactNode } from 'react';
import type { SearchForm, SettingField } from '../../../core/contract/settings.ts';
import { type Json, type SettingTree, valueAt } from '../../state/draft.ts';
import { type Check, change } from '../../state/new-search.ts';
import { bytes, whole } from '../../words/numbers.ts';
import { SettingInput } from './setting-input.tsx';

interface MainSettingsProps {
  readonly form: SearchForm;
  /** Settings of the preset with the changes. */
  readonly settings: SettingTree;
  readonly check: Check;
}

const plain: readonly { readonly path: string; readonly word: string; readonly whenEmpty?: string }[] = [
  { path: 'generations', word: 'Generations' },
  { path: 'offspring', word: 'Offspring of a generation' },
  { path: 'recipe.epochs', word: 'Epochs of a training' },
  { path: 'recipe.trainImages', word: 'Training images', whenEmpty: 'all' },
  { path: 'seed', word: 'Seed' },
  { path: 'trainer.workers', word: 'Trainings at once', whenEmpty: 'as the machine allows' },
];

interface RowProps {
  readonly path: string;
  readonly word: string;
  readonly check: Check;
  readonly children: ReactNode;
  readonly wide?: boolean;
}

function Row({ path, word, check, children, wide = false }: RowProps) {
  const problem = check.field === path ? check.message : null;
  return (
    <div className={wide ? 'main-setting main-setting-wide' : 'main-setting'}>
      <label htmlFor={`main-${path}`}>{word}</label>
      {children}
      {problem !== null && (
        <p className="bad" id={`main-${path}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly path: string;
  readonly value: Json | undefined;
  readonly invalid: boolean;
  readonly options: readonly { readonly value: string; readonly word: string; readonly disabled: boolean }[];
  /** The setting's value for an option's. */
  readonly read?: (value: string) => Json;
}

function Choice({ path, value, invalid, options, read = (text) => text }: ChoiceProps) {
  return (
    <select
      id={`main-${path}`}
      className="field"
      value={value === null || value === undefined ? '' : String(value)}
      aria-invalid={invalid}
      aria-describedby={invalid ? `main-${path}-problem` : undefined}
      onChange={({ target }) => change(path, read(target.value))}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.word}
        </option>
      ))}
    </select>
  );
}

export function MainSettings({ form, settings, check }: MainSettingsProps) {
  const fields = new Map<string, SettingField>(form.fields.map((field) => [field.path, field]));
  const invalid = (path: string): boolean => check.field === path;
  return (
    <div className="main-settings">
      <Row path="model" word="Model" check={check} wide>
        <Choice
          path="model"
          value={valueAt(settings, 'model')}
          invalid={invalid('model')}
          read={(text) => (text === '' ? null : text)}
          options={form.models.map(({ file, name, bytes: size, problem }) => ({
            value: file ?? '',
            word: problem === null ? `${name} · ${bytes(size)}` : `${name} · cannot be used`,
            disabled: problem !== null,
          }))}
        />
      </Row>
      <Row path="dataset" word="Dataset" check={check} wide>
        <Choice
          path="dataset"
          value={valueAt(settings, 'dataset')}
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
      <Row path="strategy" word="Strategy" check={check} wide>
        <Choice
          path="strategy"
          value={valueAt(settings, 'strategy')}
          invalid={invalid('strategy')}
          options={form.strategies.map(({ name, available }) => ({
            value: name,
            word: available ? name : `${name} · not in this version`,
            disabled: !available,
          }))}
        />
      </Row>
      {plain.map(({ path, word, whenEmpty }) => {
        const field = fields.get(path);
        if (field === undefined) return null;
        return (
          <Row key={path} path={path} word={word} check={check}>
            <SettingInput
              id={`main-${path}`}
              field={field}
              value={valueAt(settings, path)}
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
