/** Verifies one run in a process of its own, then ends. */
import { failureOf } from '../../../core/failure.ts';
import { reproducibility } from '../../../core/search/run-notes.ts';
import { leaveSignalsToParent } from '../../child-signals.ts';
import { verifyRun } from '../../run/verify.ts';
import { openRun } from '../../store/run-folder.ts';
import { type Answer, questionSchema } from './messages.ts';

leaveSignalsToParent();

function answerTo(raw: unknown): Answer {
  try {
    const run = openRun(questionSchema.parse(raw).folder, { readOnly: true });
    try {
      const { ok, checked, problems } = verifyRun(run);
      const { setAside } = checked;
      const texts = reproducibility({ model: run.description.model, setAside });
      return { type: 'verified', verification: { ok, checked: { ...checked }, problems: [...problems], ...texts } };
    } finally {
      run.close();
    }
  } catch (error) {
    return { type: 'failed', failure: failureOf(error) };
  }
}

process.once('message', (raw) => {
  process.send?.(answerTo(raw), undefined, undefined, () => process.disconnect());
});
