/** What is said of the chosen model below the choice: the memory it will take and what was chosen, or why it cannot run. */

import { memoryWords } from '../../../models/memory-facts.tsx';
import { useCheckpoint } from '../../../models/use-checkpoint.ts';
import { useAnswer, useDelayed } from '../../../state/answer.ts';

interface ModelNoteProps {
  /** Null for the embedded model. */
  readonly file: string | null;
  readonly onConvert: (path: string) => void;
}

export function ModelNote({ file, onConvert }: ModelNoteProps) {
  const chosen = useDelayed(file);
  const answer = useAnswer('models.inspect', { file: chosen });
  const failed = answer.kind === 'failed';
  const checkpoint = useCheckpoint(failed && chosen !== null ? chosen : '');
  if (answer.kind === 'loading') return <p className="muted model-note">Estimating the memory it takes…</p>;
  if (failed) {
    return (
      <p className="model-note">
        {checkpoint.kind === 'ready' ? (
          <>
            This is the CodeGen checkpoint {checkpoint.result.name}.{' '}
            <button type="button" className="link" onClick={() => onConvert(checkpoint.result.folder)}>
              Convert it to a model
            </button>
          </>
        ) : (
          <span className="bad">{answer.message}</span>
        )}
      </p>
    );
  }
  const { memory, gpu, problems, prompts } = answer.result;
  const [problem] = problems;
  return (
    <div className="model-note">
      {memory !== null && <p className="muted">Memory: {memoryWords(memory)}.</p>}
      {gpu !== null && <p className="muted">With the GPU: {memoryWords(gpu)}.</p>}
      <p className="muted">
        Asked {prompts.form === 'chat' ? 'as a chat' : 'with a text to continue'}: {prompts.why}.
      </p>
      {problem !== undefined && (
        <p className="bad" role="alert">
          {problem.message}
        </p>
      )}
    </div>
  );
}
