/**
 * The syntax tree that the evaluator walks: the Python subset that defines networks, free of the parser's own objects.
 * Names follow Python's `ast` module in small letters.
 */
import type { Place } from '../reason.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '&' | '|' | '^' | '<<' | '>>';
export type UnaryOperator = '-' | '+' | '~' | 'not';
export type ComparisonOperator = '<' | '<=' | '==' | '!=' | '>' | '>=' | 'in' | 'not in' | 'is' | 'is not';

interface Placed {
  readonly place: Place;
}

export interface Keyword extends Placed {
  /** null for `**mapping`. */
  readonly name: string | null;
  readonly value: Expression;
}

export interface Parameter extends Placed {
  readonly name: string;
  readonly kind: 'positional' | 'positional-only' | 'keyword' | 'star' | 'double-star';
  readonly fallback: Expression | null;
  readonly annotation: Expression | null;
}

export interface ComprehensionClause {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

export type FormatPart =
  | string
  | { readonly value: Expression; readonly conversion: string; readonly format: FormatPart[] };

export type Expression = Placed &
  (
    | { readonly type: 'constant'; readonly value: null | boolean | bigint | number | string }
    | { readonly type: 'ellipsis' }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly type: 'subscript'; readonly object: Expression; readonly index: Expression }
    | {
        readonly type: 'slice';
        readonly start: Expression | null;
        readonly stop: Expression | null;
        readonly step: Expression | null;
      }
    | {
        readonly type: 'call';
        readonly callee: Expression;
        readonly positional: readonly Expression[];
        readonly keywords: readonly Keyword[];
      }
    | {
        readonly type: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly type: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
    | {
        readonly type: 'boolean';
        readonly operator: 'and' | 'or';
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly type: 'compare';
        readonly left: Expression;
        readonly rest: readonly { readonly operator: ComparisonOperator; readonly right: Expression }[];
      }
    | {
        readonly type: 'conditional';
        readonly test: Expression;
        readonly body: Expression;
        readonly otherwise: Expression;
      }
    | { readonly type: 'tuple'; readonly items: readonly Expression[] }
    | { readonly type: 'list'; readonly items: readonly Expression[] }
    | { readonly type: 'set'; readonly items: readonly Expression[] }
    | {
        readonly type: 'dict';
        /** A null key is `**mapping`. */
        readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[];
      }
    | { readonly type: 'starred'; readonly value: Expression }
    | {
        readonly type: 'lambda';
        readonly parameters: readonly Parameter[];
        readonly body: Expression;
        readonly generator: boolean;
      }
    | {
        readonly type: 'comprehension';
        readonly kind: 'list' | 'set' | 'dict' | 'generator';
        readonly element: Expression;
        /** Only of a dict: the value beside the key `element`. */
        readonly value: Expression | null;
        readonly clauses: readonly ComprehensionClause[];
      }
    | { readonly type: 'format'; readonly parts: readonly FormatPart[] }
    | { readonly type: 'named'; readonly name: string; readonly value: Expression }
    /** `yield value`, or `yield from value`. */
    | { readonly type: 'yield'; readonly value: Expression | null; readonly from: boolean }
    | { readonly type: 'refused'; readonly word: string }
  );

export interface FunctionDefinition extends Placed {
  readonly type: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  /** Names that the body assigns and that are therefore local. */
  readonly locals: ReadonlySet<string>;
  /** Annotation of the result. */
  readonly returns: Expression | null;
  /** Whether the body yields: a call then makes a generator. */
  readonly generator: boolean;
}

export interface ClassDefinition extends Placed {
  readonly type: 'class';
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly keywords: readonly Keyword[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
}

export interface ImportedName {
  readonly module: string;
  /** null imports the module itself; `*` everything. */
  readonly name: string | null;
  readonly alias: string;
}

/** A pattern of `match`. */
export type Pattern = Placed &
  (
    | { readonly type: 'wildcard' }
    | { readonly type: 'value'; readonly value: Expression }
    | { readonly type: 'capture'; readonly name: string }
    | { readonly type: 'star'; readonly name: string | null }
    | { readonly type: 'or'; readonly options: readonly Pattern[] }
    | { readonly type: 'sequence'; readonly items: readonly Pattern[] }
    | {
        readonly type: 'mapping';
        readonly entries: readonly { readonly key: Expression; readonly pattern: Pattern }[];
        readonly rest: string | null;
      }
    | {
        readonly type: 'class';
        readonly callee: Expression;
        readonly positional: readonly Pattern[];
        readonly keywords: readonly { readonly name: string; readonly pattern: Pattern }[];
      }
    | { readonly type: 'as'; readonly pattern: Pattern; readonly name: string }
  );

interface MatchCase {
  readonly pattern: Pattern;
  readonly guard: Expression | null;
  readonly body: readonly Statement[];
}

export interface ExceptClause extends Placed {
  readonly filter: Expression | null;
  readonly name: string | null;
  readonly body: readonly Statement[];
}

export type Statement =
  | FunctionDefinition
  | ClassDefinition
  | (Placed &
      (
        | { readonly type: 'expression'; readonly value: Expression }
        | { readonly type: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
        /** `target: annotation = value`; the value may be missing. */
        | {
            readonly type: 'annotated';
            readonly target: Expression;
            readonly annotation: Expression;
            readonly value: Expression | null;
          }
        | {
            readonly type: 'augmented';
            readonly target: Expression;
            readonly operator: BinaryOperator;
            readonly value: Expression;
          }
        | { readonly type: 'return'; readonly value: Expression | null }
        | {
            readonly type: 'if';
            readonly test: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | {
            readonly type: 'for';
            readonly target: Expression;
            readonly iterable: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | {
            readonly type: 'while';
            readonly test: Expression;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | { readonly type: 'import'; readonly names: readonly ImportedName[] }
        | { readonly type: 'assert'; readonly test: Expression; readonly message: Expression | null }
        | { readonly type: 'raise'; readonly value: Expression | null; readonly cause: Expression | null }
        | { readonly type: 'match'; readonly subject: Expression; readonly cases: readonly MatchCase[] }
        | { readonly type: 'delete'; readonly targets: readonly Expression[] }
        | { readonly type: 'scope'; readonly word: 'global' | 'nonlocal'; readonly names: readonly string[] }
        | {
            readonly type: 'with';
            readonly items: readonly { readonly value: Expression; readonly target: Expression | null }[];
            readonly body: readonly Statement[];
          }
        | {
            readonly type: 'try';
            readonly body: readonly Statement[];
            readonly handlers: readonly ExceptClause[];
            readonly otherwise: readonly Statement[];
            readonly cleanup: readonly Statement[];
          }
        | { readonly type: 'pass' }
        | { readonly type: 'future'; readonly names: readonly string[] }
        | { readonly type: 'break' }
        | { readonly type: 'continue' }
        | { readonly type: 'other'; readonly word: string }
      ));
