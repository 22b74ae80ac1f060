/** The thread that finds the niches of a CVT which places of some boxes lie in, then ends. */
import { cvtNiches } from '../../core/archive/cvt-niches.ts';
import { reachedFrom } from '../../core/archive/niches.ts';
import { linkToParent } from '../processes/parent-link.ts';
import { reachProtocol } from './messages.ts';

const parent = linkToParent({
  protocol: reachProtocol,
  async hear({ centroids, boxes }) {
    await parent.tell([...reachedFrom(cvtNiches(centroids), boxes)]);
    parent.leave();
  },
});
