/** The rail at the left: the app's places, its theme and its keys. */
import './rail.css';
import { Icon, type IconName } from '../controls/icon.tsx';
import { useAddress } from '../state/address-bar.ts';
import { type ThemeChoice, useTheme } from '../theme/theme.ts';

const places: readonly { readonly page: string; readonly word: string; readonly icon: IconName }[] = [
  { page: 'runs', word: 'Runs', icon: 'runs' },
  { page: 'models', word: 'Models', icon: 'models' },
  { page: 'data', word: 'Data', icon: 'data' },
  { page: 'device', word: 'Device', icon: 'device' },
];

const themes: Readonly<
  Record<ThemeChoice, { readonly next: ThemeChoice; readonly icon: IconName; readonly word: string }>
> = {
  system: { next: 'light', icon: 'screen', word: 'Theme: as the system' },
  light: { next: 'dark', icon: 'sun', word: 'Theme: light' },
  dark: { next: 'system', icon: 'moon', word: 'Theme: dark' },
};

export function Rail({ onKeys }: { readonly onKeys: () => void }) {
  const page = useAddress(({ address }) => address.page);
  const { choice, choose } = useTheme();
  const theme = themes[choice];
  const here = page === 'new' || page === 'run' ? 'runs' : page;
  return (
    <nav className="rail" aria-label="Places">
      <ul>
        {places.map(({ page: place, word, icon }) => (
          <li key={place}>
            <a href={`#/${place}`} aria-current={place === here ? 'page' : undefined}>
              <Icon name={icon} size={18} />
              {word}
            </a>
          </li>
        ))}
      </ul>
      <div className="rail-foot">
        <button type="button" title={`${theme.word}. Press to change.`} onClick={() => choose(theme.next)}>
          <Icon name={theme.icon} />
          <span className="visually-hidden">{theme.word}. Change.</span>
        </button>
        <button type="button" title="Keys (?)" onClick={onKeys}>
          <Icon name="keys" />
          <span className="visually-hidden">Keys</span>
        </button>
      </div>
    </nav>
  );
}
