/**
 * A context-free grammar as data: rules of alternatives, each a row of texts and references. Printed as GBNF, which
 * llama.cpp reads (its grammars/README.md), and sampled without a model.
 */
import type { RandomStream } from '../../random/stream.ts';

export type Piece = string | { readonly rule: string };
export type Alternative = readonly Piece[];

export interface Grammar {
  /** A rule of these has at least one alternative, and none leads back to itself: every sentence is finite. */
  readonly rules: ReadonlyMap<string, readonly Alternative[]>;
  readonly root: string;
}

function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

function printed(alternative: Alternative): string {
  if (alternative.length === 0) return '""';
  return alternative.map((piece) => (typeof piece === 'string' ? quoted(piece) : piece.rule)).join(' ');
}

/** The grammar in GBNF; `before` is a text that every sentence begins with besides. */
export function toGbnf(grammar: Grammar, before = ''): string {
  const lines = [`root ::= ${before === '' ? '' : `${quoted(before)} `}${grammar.root}`];
  for (const [name, alternatives] of grammar.rules) lines.push(`${name} ::= ${alternatives.map(printed).join(' | ')}`);
  return `${lines.join('\n')}\n`;
}

/** A grammar as {@link toGbnf} prints it, of whose sentences each begins with `before` besides. */
export function begunWith(gbnf: string, before: string): string {
  return gbnf.replace(/^root ::= /, () => `root ::= ${quoted(before)} `);
}

/** A sentence in which each choice takes every alternative alike. @throws RangeError for a rule that is missing */
export function sampleSentence({ rules, root }: Grammar, stream: RandomStream): string {
  const pending: Piece[] = [{ rule: root }];
  let text = '';
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    if (typeof piece === 'string') text += piece;
    else pending.push(...stream.choice(rules.get(piece.rule) ?? []).toReversed());
  }
  return text;
}

/** Collects the rules that are reachable and can end; each is made once, when it is first asked for. */
export interface GrammarBuilder {
  /** A reference to the rule of this name, null where none of its alternatives can end. */
  rule(name: string, alternatives: () => readonly (readonly (Piece | null)[])[]): Piece | null;
  readonly rules: ReadonlyMap<string, readonly Alternative[]>;
}

export function grammarBuilder(): GrammarBuilder {
  const rules = new Map<string, readonly Alternative[]>();
  const dead = new Set<string>();
  return {
    rules,
    rule(name, alternatives) {
      if (dead.has(name)) return null;
      if (!rules.has(name)) {
        const sound = alternatives().flatMap((alternative) => {
          const pieces = alternative.filter((piece) => piece !== null);
          return pieces.length === alternative.length ? [pieces] : [];
        });
        if (sound.length === 0) {
          dead.add(name);
          return null;
        }
        rules.set(name, sound);
      }
      return { rule: name };
    },
  };
}
