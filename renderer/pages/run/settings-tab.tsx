/** What the run was made with: every setting, those that differ from the preset marked, and the machine's part of it. */
import './settings-tab.css';
import { useEffect, useMemo, useState } from 'react';
import { textsNote } from '../../../core/search/run-parts.ts';
import { valueOfSetting } from '../../../core/search/setting-path.ts';
import { SearchField } from '../../controls/search-field.tsx';
import { loadForm, useCatalogue } from '../../state/catalogue.ts';
import { groupOf, inWords, sameValue, textOf } from '../../state/draft.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { matches } from '../../state/run-order.ts';
import { useRunRow } from '../../state/runs.ts';
import { counted } from '../../words/numbers.ts';

export function SettingsTab() {
  const { detail, run } = useOpenRun();
  const row = useRunRow(run);
  const form = useCatalogue((state) => state.form);
  const [search, setSearch] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  useEffect(() => {
    if (useCatalogue.getState().form === null) void loadForm();
  }, []);

  const preset = form?.presets.find(({ name }) => name === (row?.preset ?? detail?.row.preset));
  const settings = detail?.settings;
  const rows = useMemo(
    () =>
      (form?.fields ?? []).map(({ path, sentence }) => {
        const value = settings === undefined ? undefined : valueOfSetting(settings, path);
        const usual = preset === undefined ? value : valueOfSetting(preset.settings, path);
        return { path, sentence, value, usual, changed: !sameValue(value, usual) };
      }),
    [form, settings, preset],
  );
  if (detail === null || form === null) return <p className="run-settings-none">Reading the settings…</p>;

  const changed = rows.filter((entry) => entry.changed).length;
  const shown = rows.filter(
    (entry) => matches(search, [entry.path, inWords(entry.path), entry.sentence]) && (!onlyChanged || entry.changed),
  );
  const note = textsNote(detail.model);
  const machine: readonly (readonly [string, string])[] = [
    ['Folder', detail.row.folder],
    ['Model', `${detail.model.name}${detail.model.file === null ? '' : `, ${detail.model.file}`}`],
    ...(note === null ? [] : [['Texts', note] as const]),
    ['Images', `${detail.images.name}, ${detail.images.classes} classes, ${detail.images.shape.join(' × ')}`],
    [
      'Device',
      `${detail.device}, ${counted(detail.workers, 'training')} at once, ${counted(detail.threads, 'thread')} each`,
    ],
    [
      'Versions',
      Object.entries(detail.versions)
        .map((entry) => entry.join(' '))
        .join(', '),
    ],
  ];
  return (
    <div className="run-settings">
      <section className="panel" aria-label="What it ran on">
        <dl className="run-settings-facts">
          {machine.map(([name, fact]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
      </section>
      <header>
        <p>
          {preset === undefined
            ? 'Settings of this run.'
            : changed === 0
              ? `As the preset ${preset.name}.`
              : `Preset ${preset.name} with ${counted(changed, 'change')}.`}
        </p>
        <label>
          <input type="checkbox" checked={onlyChanged} onChange={({ target }) => setOnlyChanged(target.checked)} />
          Only changed
        </label>
        <SearchField label="Search settings" value={search} onChange={setSearch} />
      </header>
      {[...Map.groupBy(shown, ({ path }) => groupOf(path))].map(([group, members]) => (
        <section key={group} className="panel" aria-label={group}>
          <table>
            <caption>{group}</caption>
            <tbody>
              {members.map(({ path, sentence, value, usual, changed: differs }) => (
                <tr key={path} className={differs ? 'run-setting-changed' : undefined}>
                  <th scope="row" title={path}>
                    {inWords(path.slice(path.indexOf('.') + 1))}
                  </th>
                  <td className="run-setting-value">
                    {textOf(value) || (path === 'model' ? 'embedded' : 'none')}
                    {differs && <span className="muted"> instead of {textOf(usual) || 'none'}</span>}
                  </td>
                  <td className="muted">{sentence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}
