/** Conversions of checkpoints, kept up to date by events: they go on without this page and are seen again when it returns. */
import { create } from 'zustand';
import { type ConversionRequest, type ConversionRow, hasEnded } from '../../core/contract/models.ts';
import { client } from '../client.ts';
import { loadForm, loadModels } from './catalogue.ts';
import { tell, tellFailure } from './notices.ts';

interface Conversions {
  /** Newest first. */
  readonly rows: readonly ConversionRow[];
}

export const useConversions = create<Conversions>(() => ({ rows: [] }));

export async function loadConversions(): Promise<void> {
  try {
    useConversions.setState({ rows: (await client.call('conversions.list', {})).conversions });
  } catch (error) {
    tellFailure('The conversions could not be read', error);
  }
}

/** A row that began or changed; the end of one is told, and its file is read as a model. */
export function putConversion(row: ConversionRow): void {
  const { rows } = useConversions.getState();
  const before = rows.find(({ id }) => id === row.id);
  useConversions.setState({
    rows: before === undefined ? [row, ...rows] : rows.map((each) => (each.id === row.id ? row : each)),
  });
  if (!hasEnded(row) || before === undefined || hasEnded(before)) return;
  if (row.state === 'failed') tell('bad', 'The conversion failed', row.problem?.message ?? '');
  if (row.state !== 'finished') return;
  tell('good', 'The checkpoint is converted', row.file);
  void loadModels();
  void loadForm();
}

export function dropConversion(conversion: string): void {
  useConversions.setState(({ rows }) => ({ rows: rows.filter(({ id }) => id !== conversion) }));
}

/** @throws FailureError why it did not begin */
export async function startConversion(request: ConversionRequest): Promise<ConversionRow> {
  const { conversion } = await client.call('conversions.start', request);
  putConversion(conversion);
  return conversion;
}

export async function cancelConversion(conversion: string): Promise<void> {
  try {
    putConversion((await client.call('conversions.cancel', { conversion })).conversion);
  } catch (error) {
    tellFailure('The conversion was not cancelled', error);
  }
}

export async function forgetConversion(conversion: string): Promise<void> {
  try {
    await client.call('conversions.forget', { conversion });
    dropConversion(conversion);
  } catch (error) {
    tellFailure('The conversion was not taken off the list', error);
  }
}
