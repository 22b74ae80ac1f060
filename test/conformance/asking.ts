/** Asks through a door as the contract wants it: a result that its schema describes, or a failure as a value. */
import { expect } from 'vitest';
import { type ContractFailure, toContractFailure } from '../../core/contract/failure.ts';
import { type CallName, type Contract, calls, type Params, type Result } from '../../core/contract.ts';
import { FailureError } from '../../core/failure.ts';

/** The result, which must be plain JSON and exactly what the schema of its call describes. */
export async function asked<N extends CallName>(contract: Contract, name: N, params: Params<N>): Promise<Result<N>> {
  const result = await contract.call(name, params);
  expect(JSON.parse(JSON.stringify(result)), `${name} answers with plain JSON`).toStrictEqual(result);
  expect(calls[name].result.parse(result), `${name} answers as its schema says`).toStrictEqual(result);
  return result;
}

/** The failure of a call that must fail; what is thrown must carry it, and its sentence must say something. */
export async function refused(contract: Contract, name: CallName, params: unknown): Promise<ContractFailure> {
  const error: unknown = await contract.call(name, params as never).then(
    (result) => new Error(`${name} answered ${JSON.stringify(result)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw error;
  const failure = toContractFailure(error);
  expect(failure.message).toMatch(/\S{2,} \S+/);
  return failure;
}
