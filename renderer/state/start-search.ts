/** Starts a search and puts its run on the list; what is wrong becomes a notice. */
import type { RunRow } from '../../core/contract/runs.ts';
import type { SearchRequest } from '../../core/contract/settings.ts';
import { client } from '../client.ts';
import { tellFailure } from './notices.ts';
import { putRow } from './runs.ts';

/** Resolves with its row when its folder is there; with null where it did not start. */
export async function startSearch(request: SearchRequest): Promise<RunRow | null> {
  try {
    const { row } = await client.call('search.start', request);
    putRow(row);
    return row;
  } catch (error) {
    tellFailure('The search did not start', error);
    return null;
  }
}
