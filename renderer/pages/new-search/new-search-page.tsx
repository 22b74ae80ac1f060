/** A new search: a preset, what matters, everything else, and whether it can start so. */
import './new-search-page.css';
import { useEffect, useState } from 'react';
import { addressOfRun } from '../../address.ts';
import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { Page } from '../../frame/page.tsx';
import { go } from '../../state/address-bar.ts';
import { loadForm, useCatalogue } from '../../state/catalogue.ts';
import { changedPaths, draftValue, inWords, textOf } from '../../state/draft.ts';
import {
  choosePreset,
  requestOf,
  settingsOfPreset,
  useCheck,
  useEstimate,
  useNewSearch,
} from '../../state/new-search.ts';
import { startSearch } from '../../state/start-search.ts';
import { AllSettings } from './all-settings.tsx';
import { costWords } from './cost.ts';
import { MainSettings } from './main-settings.tsx';
import { PresetCards } from './preset-cards.tsx';

export function NewSearchPage({ preset: asked }: { readonly preset: string | null }) {
  const { form, problem } = useCatalogue();
  const { preset, changes, name } = useNewSearch();
  const check = useCheck();
  const estimate = useEstimate(check);
  const [busy, setBusy] = useState(false);

  useEffect(() => void loadForm(), []);
  useEffect(() => {
    if (asked !== null && form?.presets.some((known) => known.name === asked)) choosePreset(asked);
  }, [asked, form]);

  const settings = form === null ? null : settingsOfPreset(preset);

  const start = async (): Promise<void> => {
    setBusy(true);
    const row = await startSearch(requestOf(useNewSearch.getState()));
    setBusy(false);
    if (row === null) return;
    useNewSearch.setState({ name: '' });
    go(addressOfRun(row.id));
  };

  if (form === null || settings === null) {
    return (
      <Page title="New search">
        <p className={problem === null ? 'muted' : 'bad'}>{problem ?? 'Reading presets, models and datasets…'}</p>
      </Page>
    );
  }
  const draft = { preset: settings, changes };
  return (
    <Page title="New search" lead="Choose a preset, change what you like, and start.">
      <form
        className="new-search"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <div className="new-search-settings">
          <PresetCards presets={form.presets} />
          <section className="panel new-search-main" aria-label="What matters most">
            <MainSettings form={form} draft={draft} check={check} />
          </section>
          <AllSettings fields={form.fields} draft={draft} check={check} />
        </div>
        <aside className="panel new-search-start" aria-label="Start">
          <label htmlFor="run-name">Name of the run</label>
          <input
            id="run-name"
            type="text"
            className="field"
            value={name}
            placeholder="by preset and time"
            spellCheck={false}
            autoComplete="off"
            aria-invalid={check.field === 'name'}
            onChange={({ target }) => useNewSearch.setState({ name: target.value })}
          />
          <p className="new-search-cost">{costWords((path) => draftValue(draft, path))}</p>
          {estimate !== null && <p className="new-search-cost">Takes {estimate}.</p>}
          {changedPaths(changes).length > 0 && (
            <ul className="new-search-changes" aria-label={`Changed from ${preset}`}>
              {changedPaths(changes).map((path) => (
                <li key={path}>
                  <span className="muted">{inWords(path)}</span> {textOf(changes[path]) || 'empty'}
                </li>
              ))}
            </ul>
          )}
          <p className={check.message === null ? 'new-search-check good' : 'new-search-check bad'} role="status">
            {check.message === null ? (
              check.checking ? (
                <span className="muted">Checking…</span>
              ) : (
                <>
                  <Icon name="check" size={14} /> Ready to start.
                </>
              )
            ) : (
              check.message
            )}
          </p>
          <Button kind="primary" icon="play" submit busy={busy} disabled={check.message !== null}>
            {busy ? 'Starting…' : 'Start search'}
          </Button>
        </aside>
      </form>
    </Page>
  );
}
