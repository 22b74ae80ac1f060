/**
 * Addresses of views, as the part after `#`: they can be copied and open the same view again.
 * `#/run/ID/archives?selection=g003-017&generation=4`
 */
export const runTabs = ['live', 'archives', 'networks', 'prompts', 'log', 'settings'] as const;
export type RunTab = (typeof runTabs)[number];

export interface RunAddress {
  readonly page: 'run';
  readonly run: string;
  readonly tab: RunTab;
  /** The candidate that every view shows as selected. */
  readonly selection: string | null;
  /** The generation whose archives are shown; null follows the latest. */
  readonly generation: number | null;
}

const plainPages = ['runs', 'models', 'data', 'device'] as const;
type PlainPage = (typeof plainPages)[number];

export type Address =
  | { readonly page: PlainPage }
  | { readonly page: 'new'; readonly preset: string | null }
  | RunAddress;

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function generationOf(text: string | null): number | null {
  return text !== null && /^(-1|\d{1,9})$/.test(text) ? Number(text) : null;
}

/** What an address names; what names nothing opens the list of runs. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [page = '', id = '', tab = ''] = path.replace(/^\//, '').split('/');
  const words = new URLSearchParams(query);
  if (page === 'new') return { page, preset: words.get('preset') };
  if (page === 'run') {
    const run = decoded(id);
    if (run === null || run === '') return { page: 'runs' };
    return {
      page,
      run,
      tab: runTabs.find((known) => known === tab) ?? 'live',
      selection: words.get('selection') || null,
      generation: generationOf(words.get('generation')),
    };
  }
  return { page: plainPages.find((known) => known === page) ?? 'runs' };
}

function withQuery(path: string, words: Readonly<Record<string, string | number | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(words)) if (value !== null) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function formatAddress(address: Address): string {
  if (address.page === 'new') return withQuery('#/new', { preset: address.preset });
  if (address.page !== 'run') return `#/${address.page}`;
  const { run, tab, selection, generation } = address;
  return withQuery(`#/run/${encodeURIComponent(run)}/${tab}`, { selection, generation });
}

/** A run's page as it opens from the list. */
export function addressOfRun(run: string, selection: string | null = null): RunAddress {
  return { page: 'run', run, tab: 'live', selection, generation: null };
}
