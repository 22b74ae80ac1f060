/** The figures of an evaluated model, from the list of its completions. */
import type { Failure } from '../../../core/failure.ts';
import { type Parts, without } from '../../../core/network/parts.ts';
import { followedMeaning } from '../../../core/search/followed.ts';
import { addedToFresh, nicheCount } from './added.ts';

/** What a text is as a network. */
export interface Judgement {
  /** Network hash; null where the interpreter refused the text. */
  readonly hash: string | null;
  /** The network is one of its parents. */
  readonly copy: boolean;
  readonly followed: boolean;
  /** Why it is not trainable; null where it is. */
  readonly reason: Failure | null;
  /** What a whole network has beside; null where none was read, and for cells. */
  readonly network: NetworkFacts | null;
}

interface NetworkFacts {
  /** Where it lies in a network archive. */
  readonly place: readonly number[];
  /** What none of the networks shown has. */
  readonly news: Parts;
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
  readonly followed: number;
  readonly differs: number;
  readonly distinct: number;
  readonly copies: number;
  /** This and the next two are null for cells, which are not whole networks. */
  readonly added: number | null;
  readonly newKinds: number | null;
  readonly newShapes: number | null;
}

interface PromptFigures extends Shares {
  readonly prompt: string;
  readonly byReason: Readonly<Record<string, number>>;
  readonly tokens: number;
  readonly seconds: number;
}

export interface Figures extends Shares {
  /** The same shares where common slips are repaired. */
  readonly withRepair: Shares;
  /** Completions that are not trainable, counted by the kind of the reason. */
  readonly byReason: Readonly<Record<string, number>>;
  /** The same, by the reason's sentence with its numbers left out; the most frequent first, at most 30. */
  readonly reasons: readonly { readonly kind: string; readonly message: string; readonly count: number }[];
  readonly byPrompt: readonly PromptFigures[];
  /** Null for cells. */
  readonly novelty: { readonly kinds: readonly string[]; readonly shapes: number } | null;
  readonly niches: { readonly filled: number; readonly of: number } | null;
  readonly tokens: number;
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

export const definitions = {
  n: 'Completions. With --n, so many of each group: parents one after another, the next prompt each time; without it, parents x prompts x repeats.',
  trainable:
    'Share of all completions that the interpreter accepts and whose first training step, on eight random images in training mode (dropout as identity), gives a finite loss and finite gradients. Of a cell: that it can be read as one of the 15,625 of NAS-Bench-201.',
  followed: followedMeaning,
  differs: 'Share of all completions that are trainable and whose network hash is that of no parent shown.',
  distinct: 'Share of all completions that differ, and are the first with their network hash in this table.',
  copies: 'Share of all completions whose network hash is that of a parent shown.',
  added:
    'Share of all completions that differ and enter a network archive that begins empty (100 CVT niches on the axes of the preset demo), inserted in the order made. Nothing is trained: all have the same fitness, so only the first in a niche enters.',
  newKinds: 'Share of all completions that are trainable and have an operator that no parent shown has.',
  newShapes:
    'Share of all completions that are trainable and have a layer with weights (operator, attributes, features out) that no parent shown has.',
  novelty: 'Operators and layers of trainable completions that no parent of the whole group has.',
  withRepair: 'The same shares where the interpreter repairs common slips in what it would refuse (setting repair).',
  seconds: 'Spent writing, the reading of the prompt included; with several processes, of all of them.',
} as const;

const isTrainable = ({ reason }: Judgement): boolean => reason === null;
const isDifferent = (one: Judgement): boolean => isTrainable(one) && !one.copy;

/** What of a completion is known only beside all others. */
interface Standing {
  readonly fresh: ReadonlySet<Completion>;
  readonly added: ReadonlySet<Completion>;
  /** Whether the group is one of whole networks. */
  readonly whole: boolean;
}

function standingOf(completions: readonly Completion[], whole: boolean): Standing {
  const added = addedToFresh(completions.map((one) => (isDifferent(one) ? (one.network?.place ?? null) : null)));
  return {
    fresh: firstOfTheirHash(completions),
    added: new Set([...added].flatMap((i) => completions[i] ?? [])),
    whole,
  };
}

function sharesOf(completions: readonly Completion[], { fresh, added, whole }: Standing): Shares {
  const n = completions.length;
  const share = (test: (completion: Completion) => boolean): number =>
    n === 0 ? 0 : completions.filter(test).length / n;
  const ofWhole = (test: (completion: Completion) => boolean): number | null => (whole ? share(test) : null);
  const hasNew = (part: keyof Parts) => (one: Completion) =>
    isTrainable(one) && (one.network?.news[part].size ?? 0) > 0;
  return {
    n,
    trainable: share(isTrainable),
    followed: share((one) => one.followed),
    differs: share(isDifferent),
    distinct: share((one) => isDifferent(one) && fresh.has(one)),
    copies: share((one) => one.copy),
    added: ofWhole((one) => added.has(one)),
    newKinds: ofWhole(hasNew('kinds')),
    newShapes: ofWhole(hasNew('layers')),
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

function reasonCounts(completions: readonly Completion[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of completions) {
    if (reason !== null) counts[reason.kind] = (counts[reason.kind] ?? 0) + 1;
  }
  return counts;
}

function workOf(completions: readonly Completion[]): { tokens: number; seconds: number } {
  return {
    tokens: completions.reduce((sum, one) => sum + one.tokens, 0),
    seconds: completions.reduce((sum, one) => sum + one.seconds, 0),
  };
}

function noveltyOf(completions: readonly Completion[], known: Parts): NonNullable<Figures['novelty']> {
  const found = { kinds: new Set<string>(), layers: new Set<string>() };
  for (const { network, reason } of completions) {
    if (network === null || reason !== null) continue;
    const { kinds, layers } = without(network.news, known);
    for (const kind of kinds) found.kinds.add(kind);
    for (const layer of layers) found.layers.add(layer);
  }
  return { kinds: [...found.kinds].sort(), shapes: found.layers.size };
}

/**
 * Figures over completions in the order they were asked for. `known`: the parts of all parents of the group; null for
 * cells.
 */
export function figuresOf(
  completions: readonly Completion[],
  prompts: readonly string[],
  known: Parts | null,
): Figures {
  const standing = standingOf(completions, known !== null);
  const mended = completions.map((one) => (one.repaired === null ? one : { ...one, ...one.repaired }));
  const work = workOf(completions);
  return {
    ...sharesOf(completions, standing),
    withRepair: sharesOf(mended, standingOf(mended, known !== null)),
    byReason: reasonCounts(completions),
    reasons: countedReasons(completions),
    byPrompt: prompts.map((prompt) => {
      const own = completions.filter((one) => one.prompt === prompt);
      return { prompt, ...sharesOf(own, standing), byReason: reasonCounts(own), ...workOf(own) };
    }),
    novelty: known === null ? null : noveltyOf(completions, known),
    niches: known === null ? null : { filled: standing.added.size, of: nicheCount() },
    ...work,
    tokensPerSecond: work.seconds > 0 ? work.tokens / work.seconds : 0,
  };
}
