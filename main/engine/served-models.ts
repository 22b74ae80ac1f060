/** The models of a server, as the contract tells them. */
import type { ServedModels } from '../../core/contract/models.ts';
import { addressParts } from '../../core/search/served-address.ts';
import { parseAddress } from '../llm/served/address.ts';
import { rememberKey } from '../llm/served/keys.ts';
import { modelsServedAt } from '../llm/served/served-model.ts';

export interface ServedRequest {
  readonly address: string;
  readonly allowRemote?: boolean | undefined;
  /** Kept by this process from now on. */
  readonly key?: string | undefined;
  readonly signal: AbortSignal;
}

/** @throws FailureError `usage`, `remote-address` for the address; `server`, `server-answer` as the server answers */
export async function servedModels({ address, allowRemote, key, signal }: ServedRequest): Promise<ServedModels> {
  const place = addressParts(address).address;
  if (key !== undefined) rememberKey(parseAddress(place).base, key);
  const found = await modelsServedAt({ address: place, allowRemote: allowRemote === true, signal });
  return {
    address: found.address.base,
    remote: !found.address.loopback,
    models: found.models.map(({ id, contextLength, told: { parameters, quantization } }) => ({
      name: id,
      contextLength,
      parameters: typeof parameters === 'number' ? parameters : null,
      quantization: typeof quantization === 'string' ? quantization : null,
    })),
  };
}
