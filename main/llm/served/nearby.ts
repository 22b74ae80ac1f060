/** Which programs of this machine serve models now, at the ports that they usually take. No key is sent to any. */
import { parseAddress } from './address.ts';
import { connectionTo, type Limits, ServerRefused } from './connection.ts';
import { modelsSchema } from './protocol.ts';

export interface NearbyServer {
  /** Who usually listens there. */
  readonly program: string;
  /** `http://127.0.0.1:8080/v1` */
  readonly address: string;
  /** The names of its models; null where it asks for a key first. */
  readonly models: readonly string[] | null;
}

const usualPorts: Readonly<Record<string, number>> = { 'llama-server': 8080, Ollama: 11_434, 'LM Studio': 1234 };

/** Milliseconds: a server on this machine answers at once, or is left. */
const limits: Limits = { connect: 500, silence: 1000, longest: 1500, bytes: 1 << 20 };

async function at(program: string, port: number): Promise<NearbyServer | null> {
  const address = parseAddress(`http://127.0.0.1:${port}/v1`);
  const connection = connectionTo(address, { value: null, remedy: '' }, limits);
  try {
    const { data } = await connection.ask('/models', modelsSchema);
    return { program, address: address.base, models: (data ?? []).map(({ id }) => id) };
  } catch (error) {
    const asksForKey = error instanceof ServerRefused && (error.status === 401 || error.status === 403);
    // Nobody, or a program that serves something else.
    return asksForKey ? { program, address: address.base, models: null } : null;
  } finally {
    connection.close();
  }
}

/** Servers of this machine that answer as such, in the order of `ports`. Takes at most two seconds; never throws. */
export async function nearbyServers(ports: Readonly<Record<string, number>> = usualPorts): Promise<NearbyServer[]> {
  const found = await Promise.all(Object.entries(ports).map(([program, port]) => at(program, port)));
  return found.filter((server) => server !== null);
}

const namesShown = 5;

/** One line for a person. */
export function describeNearby(servers: readonly NearbyServer[]): string {
  if (servers.length === 0) {
    return 'none at the usual ports of llama-server, Ollama and LM Studio (any address works: --model http://127.0.0.1:PORT/v1#NAME)';
  }
  const words = servers.map(({ program, address, models }) => {
    const more = models === null || models.length <= namesShown ? '' : ` and ${models.length - namesShown} more`;
    const names = models?.length === 0 ? 'no model is loaded' : models?.slice(0, namesShown).join(', ');
    return `${address} (the usual port of ${program}): ${names ?? 'it asks for a key (LLMATIC_API_KEY)'}${more}`;
  });
  return words.join('; ');
}
