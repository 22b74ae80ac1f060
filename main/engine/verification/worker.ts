/** Verifies one run in a process of its own, then ends. */
import { failureOf } from '../../../core/failure.ts';
import { reproducibility } from '../../../core/search/run-notes.ts';
import { linkToParent } from '../../processes/parent-link.ts';
import type { FromChild, ReadByChild } from '../../processes/protocol.ts';
import { verifyRun } from '../../run/verify.ts';
import { openRun } from '../../store/run-folder.ts';
import { verificationProtocol } from './messages.ts';

function answerTo({ folder }: ReadByChild<typeof verificationProtocol>): FromChild<typeof verificationProtocol> {
  try {
    const run = openRun(folder, { readOnly: true });
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

const parent = linkToParent({
  protocol: verificationProtocol,
  async hear(question) {
    await parent.tell(answerTo(question));
    parent.leave();
  },
});
