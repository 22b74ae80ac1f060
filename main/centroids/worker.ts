/** The thread that makes the centroids of one run's archives, then ends. */
import { failureOf } from '../../core/failure.ts';
import { type CentroidQuestions, centroidsOf } from '../../core/search/niches-of-archives.ts';
import { linkToParent } from '../processes/parent-link.ts';
import type { FromChild } from '../processes/protocol.ts';
import { centroidsProtocol } from './messages.ts';

function answerTo(question: CentroidQuestions): FromChild<typeof centroidsProtocol> {
  try {
    return centroidsOf(question);
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

const parent = linkToParent({
  protocol: centroidsProtocol,
  async hear(question) {
    await parent.tell(answerTo(question));
    parent.leave();
  },
});
