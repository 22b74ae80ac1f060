/** Light, dark, or what the system says; remembered on this machine, applied as `data-theme` of the document. */
import { create } from 'zustand';

const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = 'light' | 'dark';

const key = 'llmatic.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function remembered(): ThemeChoice {
  // Storage may be forbidden; the app works without it.
  try {
    const stored = localStorage.getItem(key);
    return themeChoices.find((choice) => choice === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

function themeOf(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  return systemDark.matches ? 'dark' : 'light';
}

interface ThemeState {
  readonly choice: ThemeChoice;
  /** What is shown now: drawings that compute colours depend on it. */
  readonly theme: Theme;
  choose(choice: ThemeChoice): void;
}

export const useTheme = create<ThemeState>((set) => ({
  choice: remembered(),
  theme: themeOf(remembered()),
  choose(choice) {
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Then it holds until the page is closed.
    }
    set({ choice, theme: themeOf(choice) });
  },
}));

/** Keeps the document in the chosen theme from now on. */
export function applyTheme(): void {
  const show = ({ theme }: ThemeState): void => {
    document.documentElement.dataset.theme = theme;
  };
  useTheme.subscribe(show);
  systemDark.addEventListener('change', () => {
    const { choice } = useTheme.getState();
    useTheme.setState({ theme: themeOf(choice) });
  });
  show(useTheme.getState());
}
