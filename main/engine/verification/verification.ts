/**
 * Verifies a run beside the engine, not in it: every record is read and every file of weights hashed, which would keep
 * the engine from all else for as long as that takes.
 */
import type { CallOptions, Result } from '../../../core/contract.ts';
import { FailureError } from '../../../core/failure.ts';
import { endOfChild, fileBeside, forkNode } from '../../child-node.ts';
import { answerSchema, type Question } from './messages.ts';

/**
 * @param signal aborted: the process is ended, and the promise rejects
 * @throws FailureError what kept the folder from being opened; `crash` where the process ended without an answer
 */
export function verifyRunFolder(folder: string, signal?: CallOptions['signal']): Promise<Result<'runs.verify'>> {
  return new Promise((resolve, reject) => {
    const child = forkNode(fileBeside(import.meta.url, 'worker'));
    child.once('message', (raw) => {
      const answer = answerSchema.safeParse(raw);
      if (!answer.success) reject(answer.error);
      else if (answer.data.type === 'failed') reject(new FailureError(answer.data.failure));
      else resolve(answer.data.verification);
    });
    child.once('error', reject);
    void endOfChild(child).then((how) => {
      const message = `Verifying ${folder} ended before it was through, with ${how}. Verify it again.`;
      reject(new FailureError({ kind: signal?.aborted === true ? 'cancelled' : 'crash', message }));
    });
    const end = (): void => void child.kill('SIGKILL');
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end);
    const question: Question = { folder };
    // Where it cannot be sent, the process has ended, of which `close` tells.
    child.send(question, () => {});
  });
}
