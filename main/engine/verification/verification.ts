/**
 * Verifies a run beside the engine, not in it: every record is read and every file of weights hashed, which would keep
 * the engine from all else for as long as that takes.
 */
import type { CallOptions, Result } from '../../../core/contract.ts';
import { FailureError } from '../../../core/failure.ts';
import { askOnce } from '../../processes/ask-once.ts';
import { fileBeside } from '../../processes/child-node.ts';
import { howItEnded, itWrote } from '../../processes/ending.ts';
import { verificationProtocol } from './messages.ts';

/**
 * @param signal aborted: the process is ended, and the promise rejects
 * @throws FailureError what kept the folder from being opened; `crash` where the process ended without an answer
 */
export async function verifyRunFolder(folder: string, signal?: CallOptions['signal']): Promise<Result<'runs.verify'>> {
  const { child, answer } = askOnce(
    { kind: 'process', file: fileBeside(import.meta.url, 'worker'), protocol: verificationProtocol },
    { folder },
    (ending) => {
      const message = `Verifying ${folder}: its process ${howItEnded(ending)} before it was through.${itWrote(ending)}`;
      const kind = signal?.aborted === true ? 'cancelled' : 'crash';
      return new FailureError({ kind, message: `${message} Verify it again.` });
    },
  );
  const end = (): void => void child.end();
  if (signal?.aborted === true) end();
  else signal?.addEventListener('abort', end);
  const given = await answer;
  if (given.type === 'failed') throw new FailureError(given.failure);
  return given.verification;
}
