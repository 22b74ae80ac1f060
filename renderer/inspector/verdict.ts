/** What became of a candidate, as a sentence: why it is in the archive, why it is not, why it never got there. */
import type { CandidateDetail } from '../../core/contract/candidates.ts';

type VerdictTone = 'good' | 'neutral' | 'bad' | 'working';

export interface Verdict {
  readonly tone: VerdictTone;
  /** Two or three words for a badge. */
  readonly word: string;
  readonly sentence: string;
}

const steps: Readonly<Record<CandidateDetail['row']['step'], string>> = {
  proposed: 'The model is writing it.',
  generated: 'Its text is being read.',
  interpreted: 'It waits for training or is being trained.',
  trained: 'It is trained and enters the archive at the end of its generation.',
  inserted: 'It is done.',
};

/** The words of a placement (core/search) as the end of a sentence. */
function placed({ row, networkPlacement }: CandidateDetail): Verdict {
  const placement = networkPlacement;
  if (placement === null) {
    return { tone: 'neutral', word: 'trained', sentence: steps[row.step === 'inserted' ? 'trained' : row.step] };
  }
  const { niche, why, replaced, added } = placement;
  if (added) {
    const entered =
      replaced === null
        ? `Filled the empty niche ${niche}.`
        : `Better than ${replaced}, which it replaced in niche ${niche}.`;
    return row.elite
      ? { tone: 'good', word: 'elite', sentence: entered }
      : { tone: 'neutral', word: 'replaced since', sentence: `${entered} A better network has replaced it since.` };
  }
  const reasons: Readonly<Record<string, string>> = {
    'not better': `Not better than the network that holds niche ${niche}.`,
    'not selected for insertion': `Only the best of a generation enters, and it was not; niche ${niche} would have been its own.`,
  };
  return { tone: 'neutral', word: 'not added', sentence: reasons[why] ?? `Not added to niche ${niche}: ${why}.` };
}

/** A reason that stands at a line says so itself; the place is shown apart, so that the sentence begins with the matter. */
export function reasonSentence(message: string): string {
  const matter = message.replace(/^line \d+: /, '').trim();
  // `nn.GRU is not supported` begins with a name, which stays as it is written.
  const sentence = /^[a-z]+[ ,]/.test(matter) ? matter.charAt(0).toUpperCase() + matter.slice(1) : matter;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

export function verdictOf(detail: CandidateDetail): Verdict {
  const { row } = detail;
  const why = row.reason === null ? '' : reasonSentence(row.reason.message);
  const line = row.reason?.line === undefined ? '' : `Line ${row.reason.line}: `;
  switch (row.outcome) {
    case 'working':
      return { tone: 'working', word: row.step, sentence: steps[row.step] };
    case 'refused':
      return { tone: 'bad', word: 'refused', sentence: `${line}${why}` };
    case 'diverged':
      return { tone: 'bad', word: 'diverged', sentence: why };
    case 'set aside':
      return { tone: 'neutral', word: 'set aside', sentence: `${why} A fault of the machine, which is no verdict.` };
    case 'trained': {
      const found = placed(detail);
      if (row.standsInFor === null) return found;
      const child = reasonSentence(row.standsInFor.message);
      return { ...found, sentence: `${found.sentence} Its parent stands in for it. ${child}` };
    }
  }
}
