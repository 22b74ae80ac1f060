/** What this machine has: versions and folders, the form of a search with its models and datasets, the doctor's checks. */
import { create } from 'zustand';
import type { Result } from '../../core/contract.ts';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';

interface Catalogue {
  readonly app: Result<'app.describe'> | null;
  readonly form: Result<'search.form'> | null;
  readonly models: Result<'models.list'>['models'] | null;
  readonly datasets: Result<'datasets.list'>['datasets'] | null;
  readonly importers: Result<'datasets.importers'>['importers'] | null;
  readonly checks: Result<'app.doctor'>['checks'] | null;
  /** Why one of them could not be read. */
  readonly problem: string | null;
}

export const useCatalogue = create<Catalogue>(() => ({
  app: null,
  form: null,
  models: null,
  datasets: null,
  importers: null,
  checks: null,
  problem: null,
}));

async function read(work: () => Promise<Partial<Catalogue>>): Promise<void> {
  try {
    useCatalogue.setState({ ...(await work()), problem: null });
  } catch (error) {
    useCatalogue.setState({ problem: failureOf(error).message });
  }
}

export function loadApp(): Promise<void> {
  return read(async () => ({ app: await client.call('app.describe', {}) }));
}

export function loadForm(): Promise<void> {
  return read(async () => ({ form: await client.call('search.form', {}) }));
}

export function loadModels(): Promise<void> {
  return read(async () => ({ models: (await client.call('models.list', {})).models }));
}

export function loadDatasets(): Promise<void> {
  return read(async () => ({ datasets: (await client.call('datasets.list', {})).datasets }));
}

export function loadImporters(): Promise<void> {
  return read(async () => ({ importers: (await client.call('datasets.importers', {})).importers }));
}

export function loadChecks(): Promise<void> {
  useCatalogue.setState({ checks: null });
  return read(async () => ({ checks: (await client.call('app.doctor', {})).checks }));
}
