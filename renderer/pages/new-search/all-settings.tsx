/** Every setting of a search, by group, searchable; those that differ from the preset are marked and can be reset. */
import './all-settings.css';
import { useState } from 'react';
import type { SettingField } from '../../../core/contract/settings.ts';
import { valueOfSetting } from '../../../core/search/setting-path.ts';
import { Button } from '../../controls/button.tsx';
import { SearchField } from '../../controls/search-field.tsx';
import { type Draft, draftValue, forPeople, groupOf, inWords, textOf } from '../../state/draft.ts';
import { type Check, change, reset, resetAll } from '../../state/new-search.ts';
import { matches } from '../../state/run-order.ts';
import { si } from '../../words/numbers.ts';
import { SettingInput } from './setting-input.tsx';

interface AllSettingsProps {
  readonly fields: readonly SettingField[];
  readonly draft: Draft;
  readonly check: Check;
}

interface SettingRowProps {
  readonly field: SettingField;
  readonly draft: Draft;
  readonly changed: boolean;
  readonly problem: string | null;
}

function SettingRow({ field, draft, changed, problem }: SettingRowProps) {
  const { path, sentence } = field;
  const name = path.slice(path.indexOf('.') + 1);
  const before = textOf(valueOfSetting(draft.preset, path)) || 'empty';
  const value = draftValue(draft, path);
  return (
    <div className={changed ? 'setting setting-changed' : 'setting'}>
      <div className="setting-words">
        <label htmlFor={`all-${path}`} title={path}>
          {inWords(name)}
        </label>
        <p id={`all-${path}-sentence`}>{forPeople(sentence)}</p>
        {problem !== null && (
          <p className="bad" role="alert">
            {problem}
          </p>
        )}
      </div>
      <div className="setting-control">
        <SettingInput
          id={`all-${path}`}
          field={field}
          value={value}
          invalid={problem !== null}
          describedBy={`all-${path}-sentence`}
          onChange={(next) => change(path, next)}
        />
        {typeof value === 'number' && Math.abs(value) >= 1e5 && <span className="setting-hint">{si(value)}</span>}
        {changed && (
          <Button kind="quiet" icon="reset" tip={`Back to ${before}, as in the preset`} onPress={() => reset(path)} />
        )}
      </div>
    </div>
  );
}

function groupId(group: string): string {
  return `settings-of-${group.toLowerCase().replaceAll(' ', '-')}`;
}

/** The page's own address says which view is shown, so that a link to a place within it is none. */
function jumpTo(group: string): void {
  document.getElementById(groupId(group))?.scrollIntoView({ block: 'start' });
}

export function AllSettings({ fields, draft, check }: AllSettingsProps) {
  const { changes } = draft;
  const [search, setSearch] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const shown = fields.filter(
    ({ path, sentence }) =>
      matches(search, [path, inWords(path), sentence]) && (!onlyChanged || Object.hasOwn(changes, path)),
  );
  const groups = Map.groupBy(shown, ({ path }) => groupOf(path));
  const count = Object.keys(changes).length;
  return (
    <section className="all-settings" aria-labelledby="all-settings-title">
      <header>
        <h2 id="all-settings-title">All {fields.length} settings</h2>
        <div>
          <label className="all-settings-only">
            <input type="checkbox" checked={onlyChanged} onChange={({ target }) => setOnlyChanged(target.checked)} />
            Only changed ({count})
          </label>
          <Button kind="quiet" icon="reset" disabled={count === 0} onPress={resetAll}>
            Reset all
          </Button>
          <SearchField label="Search settings" value={search} onChange={setSearch} />
        </div>
      </header>
      {groups.size > 1 && (
        <nav className="setting-jumps" aria-label="Groups of settings">
          {[...groups.keys()].map((group) => (
            <button key={group} type="button" onClick={() => jumpTo(group)}>
              {group}
            </button>
          ))}
        </nav>
      )}
      {[...groups].map(([group, members]) => (
        <section key={group} id={groupId(group)} className="panel setting-group" aria-label={group}>
          <h3>{group}</h3>
          {members.map((field) => (
            <SettingRow
              key={field.path}
              field={field}
              draft={draft}
              changed={Object.hasOwn(changes, field.path)}
              problem={check.field === field.path ? check.message : null}
            />
          ))}
        </section>
      ))}
      {shown.length === 0 && <p className="all-settings-none">No setting matches.</p>}
    </section>
  );
}
