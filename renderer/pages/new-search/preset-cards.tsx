/** The presets as cards: what each is for and what it costs. */
import './preset-cards.css';
import type { SearchForm } from '../../../core/contract/settings.ts';
import { valueOfSetting } from '../../../core/search/setting-path.ts';
import { choosePreset, useNewSearch } from '../../state/new-search.ts';
import { costWords } from './cost.ts';

export function PresetCards({ presets }: { readonly presets: SearchForm['presets'] }) {
  const chosen = useNewSearch(({ preset }) => preset);
  return (
    <fieldset className="preset-cards">
      <legend className="visually-hidden">Preset</legend>
      {presets.map(({ name, sentence, settings }) => (
        <label key={name} className={name === chosen ? 'preset-card preset-card-chosen' : 'preset-card'}>
          <input
            type="radio"
            name="preset"
            className="visually-hidden"
            value={name}
            checked={name === chosen}
            onChange={() => choosePreset(name)}
          />
          <h3>{name}</h3>
          <p>{sentence}</p>
          <p className="preset-card-cost">{costWords((path) => valueOfSetting(settings, path))}</p>
        </label>
      ))}
    </fieldset>
  );
}
