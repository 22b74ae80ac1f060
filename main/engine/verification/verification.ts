/**
 * Verifies a run beside the engine, not in it: every record is read and every file of weights hashed, which would keep
 * the engine from all else for as long as that takes.
 */
import type { CallOptions, Result } from '../../../core/contract.ts';
import { FailureError } from '../../../core/failure.ts';
import { fileBeside, forkNode } from '../../child-node.ts';
import { answerSchema, type Question } from './messages.ts';

/** Of what the process wrote to stderr, what a failure quotes. */
const quoted = 500;

/**
 * @param signal aborted: the process is ended, and the promise rejects
 * @throws FailureError what kept the folder from being opened; `crash` where the process ended without an answer
 */
export function verifyRunFolder(folder: string, signal?: CallOptions['signal']): Promise<Result<'runs.verify'>> {
  return new Promise((resolve, reject) => {
    const child = forkNode(fileBeside(import.meta.url, 'worker'));
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-quoted);
    });
    child.once('message', (raw) => {
      const answer = answerSchema.safeParse(raw);
      if (!answer.success) reject(answer.error);
      else if (answer.data.type === 'failed') reject(new FailureError(answer.data.failure));
      else resolve(answer.data.verification);
    });
    child.once('error', reject);
    child.once('close', (code, name) => {
      const how = name === null ? `exit code ${code}` : name;
      const words = said.trim() === '' ? '' : ` It wrote: ${said.trim()}`;
      const message = `Verifying ${folder} ended with ${how} before it was through.${words} Verify it again.`;
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
