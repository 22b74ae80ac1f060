/** The figures of an evaluated model, from the list of its completions. */
import type { Failure } from '../../../core/failure.ts';
import { followedMeaning } from './followed.ts';

/** What a text is as a network. */
export interface Judgement {
  /** Network hash; null where the interpreter refused the text. */
  readonly hash: string | null;
  /** The network is its parent. */
  readonly copy: boolean;
  readonly followed: boolean;
  /** Why it is not trainable; null where it is. */
  readonly reason: Failure | null;
}

/** A completion, judged as the model wrote it. */
export interface Completion extends Judgement {
  readonly parent: string;
  readonly prompt: string;
  readonly seed: number;
  readonly tokens: number;
  readonly seconds: number;
  /** What it is once repaired; null where it needs no repair or none leads to a network. */
  readonly repaired: Judgement | null;
}

/** Counts of completions as shares of `n`, each meaning what {@link definitions} says. */
export interface Shares {
  readonly n: number;
  readonly trainable: number;
  readonly distinct: number;
  readonly copies: number;
  readonly followed: number;
}

export interface Figures extends Shares {
  /** The same shares where common slips are repaired. */
  readonly withRepair: Shares;
  /** Completions that are not trainable, counted by the kind of the reason. */
  readonly byReason: Readonly<Record<string, number>>;
  /** The same, by the reason's sentence with its numbers left out; the most frequent first, at most 30. */
  readonly reasons: readonly { readonly kind: string; readonly message: string; readonly count: number }[];
  readonly byPrompt: readonly (Shares & { readonly prompt: string })[];
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

export const definitions = {
  n: 'Completions: parents x prompts x repeats.',
  trainable:
    'Share of all completions that the interpreter accepts and whose first training step, on eight random images in training mode (dropout as identity), gives a finite loss and finite gradients.',
  distinct:
    'Share of all completions that are trainable, whose network hash is not the parent’s, and that are the first of this evaluation with that hash, over all parents and prompts.',
  copies: 'Share of all completions whose network hash is the parent’s.',
  followed: followedMeaning,
  withRepair: 'The same shares where the interpreter repairs common slips in what it would refuse (setting repair).',
} as const;

/** `fresh` tells for each completion whether it is the first with its hash. */
function sharesOf(completions: readonly Completion[], fresh: ReadonlySet<Completion>): Shares {
  const n = completions.length;
  const share = (test: (completion: Completion) => boolean): number =>
    n === 0 ? 0 : completions.filter(test).length / n;
  return {
    n,
    trainable: share((one) => one.reason === null),
    distinct: share((one) => one.reason === null && !one.copy && fresh.has(one)),
    copies: share((one) => one.copy),
    followed: share((one) => one.followed),
  };
}

const reasonsKept = 30;

function countedReasons(completions: readonly Completion[]): Figures['reasons'] {
  const counted = new Map<string, { kind: string; message: string; count: number }>();
  for (const { reason } of completions) {
    if (reason === null) continue;
    const message = reason.message.replace(/\d+(\.\d+)?/g, 'N');
    const key = `${reason.kind} ${message}`;
    const entry = counted.get(key) ?? { kind: reason.kind, message, count: 0 };
    entry.count++;
    counted.set(key, entry);
  }
  return [...counted.values()].sort((a, b) => b.count - a.count).slice(0, reasonsKept);
}

/** The completions that are the first with their hash. */
function firstOfTheirHash(completions: readonly Completion[]): Set<Completion> {
  const seen = new Set<string>();
  return new Set(
    completions.filter(({ hash }) => {
      if (hash === null || seen.has(hash)) return false;
      seen.add(hash);
      return true;
    }),
  );
}

/** Figures over completions in the order they were made. */
export function figuresOf(completions: readonly Completion[], prompts: readonly string[]): Figures {
  const fresh = firstOfTheirHash(completions);
  const mended = completions.map((one) => (one.repaired === null ? one : { ...one, ...one.repaired }));
  const byReason: Record<string, number> = {};
  for (const { reason } of completions) {
    if (reason !== null) byReason[reason.kind] = (byReason[reason.kind] ?? 0) + 1;
  }
  const tokens = completions.reduce((sum, one) => sum + one.tokens, 0);
  const seconds = completions.reduce((sum, one) => sum + one.seconds, 0);
  return {
    ...sharesOf(completions, fresh),
    withRepair: sharesOf(mended, firstOfTheirHash(mended)),
    byReason,
    reasons: countedReasons(completions),
    byPrompt: prompts.map((prompt) => ({
      prompt,
      ...sharesOf(
        completions.filter((one) => one.prompt === prompt),
        fresh,
      ),
    })),
    tokens,
    seconds,
    tokensPerSecond: seconds > 0 ? tokens / seconds : 0,
  };
}
