/** What the search asks of the world: a language model, an interpreter, a trainer, a store. All are arguments. */
import type { Cancellation } from '../cancellation.ts';
import type { Failure } from '../failure.ts';
import type { Measures, Network } from '../network/ir.ts';
import type { Repair } from '../network/repair/slip.ts';
import type { CandidateRecord, CandidateStep } from './candidate.ts';

/** How the next token is drawn: the penalty first, then top-k, top-p and min-p, then the temperature, as in llama.cpp. */
export interface TokenSampling {
  /** 0 samples greedily. */
  readonly temperature: number;
  /** Nucleus sampling (Holtzman et al. 2020): share of probability kept; 1 switches it off. */
  readonly topP: number;
  /** Tokens kept; 0 switches it off. */
  readonly topK: number;
  /** Tokens less likely than this share of the likeliest are dropped (Nguyen et al. 2024); 0 switches it off. */
  readonly minP: number;
  /**
   * Divides positive and multiplies negative logits of each token among the last 64 of prompt and completion
   * (Keskar et al. 2019, CTRL); 1 switches it off.
   */
  readonly repetitionPenalty: number;
}

export interface GenerationRequest extends TokenSampling {
  /** The whole text before the completion. */
  readonly prompt: string;
  readonly maxTokens: number;
  /** The same seed and prompt give the same text, whatever ran before; not so where several requests run at once. */
  readonly seed: number;
  /** What the answer starts with: it follows the prompt (a chat model's turn begins with it), and `text` starts with it. */
  readonly prefill?: string | undefined;
  /** GBNF (llama.cpp's notation) of what may be written after prompt and prefill; the text ends where it is complete. */
  readonly grammar?: string | undefined;
}

export interface Generation {
  /** The request's prefill, where it has one (its end may be the model's: a newline), and what the model wrote after it. */
  readonly text: string;
  readonly tokens: number;
  readonly seconds: number;
  /** `end`: the model or the end of its class stopped it; `length`: maxTokens did. */
  readonly finish: 'end' | 'length';
}

export interface LanguageModel {
  /** File name without folder, and SHA-256 of the file: what a run records. A served model's name is its server's. */
  readonly name: string;
  /** Null for a served model, whose file is not seen. */
  readonly hash: string | null;
  /** Tokens that prompt and completion may have together; null where a server does not tell. */
  readonly contextLength: number | null;
  /** Requests that it works on at once; one where absent. */
  readonly capacity?: number;
  generate(request: GenerationRequest, signal?: Cancellation): Promise<Generation>;
  close(): Promise<void>;
}

export interface Interpretation {
  /** The class's source that was read, cut out of the generated text, with imports: what a child's prompt shows. */
  readonly source: string;
  readonly network: Network;
  /** Canonical hash of what is computed: the same network under other names has the same. */
  readonly hash: string;
  readonly measures: Measures;
  /** Only of generated text: names such as `nn` that it used without importing them. */
  readonly assumed?: readonly string[];
  /** What a person should know of how it was read, in sentences; absent where there is nothing. */
  readonly notes?: readonly string[];
}

/** A network made out of a refused text by repairs. */
interface RepairedText {
  readonly value: Interpretation;
  /** The class's source as it was written. */
  readonly from: string;
  /** What was changed, in order. */
  readonly repairs: readonly Repair[];
}

export type InterpretationResult =
  | { readonly ok: true; readonly value: Interpretation }
  | {
      readonly ok: false;
      readonly reason: Failure;
      /** What repairs would make of it; only where they were asked for and lead to a network. */
      readonly repaired?: RepairedText;
    };

/** Reads generated text; pure, bounded and deterministic. `repair`: also says what repairs make of a refused text. */
export type Interpreter = (text: string, how?: { readonly repair: boolean }) => InterpretationResult;

/** Names a step of a candidate. */
export interface RecordedStep {
  readonly id: string;
  readonly step: CandidateStep['step'];
}

/**
 * An interpreter that can be ended: by the signal, and by its own limit of time. An {@link Interpreter} is one too.
 * Rejects with the signal's reason, and with a FailureError of kind `fault` where reading ran over its time or died:
 * that says nothing of the text.
 */
export type EndableInterpreter = (
  text: string,
  how?: { readonly repair: boolean },
  signal?: Cancellation,
) => InterpretationResult | Promise<InterpretationResult>;

/**
 * Where a run keeps its candidates. The search itself is a function of settings, seed and what is stored here: resuming
 * is running again, each step that is stored being read instead of done.
 */
export interface CandidateStore {
  find(id: string): CandidateRecord | null;
  /** One transaction; durable when it resolves. Steps of a candidate come in order and are never rewritten. */
  record(id: string, step: CandidateStep): Promise<void>;
  /** Takes back recorded steps, and records one instead of them, in one transaction; durable when it resolves. */
  replace(takeBack: readonly RecordedStep[], id: string, step: CandidateStep): Promise<void>;
  /** Stores weights under their content hash (SHA-256, hex) and gives it; durable when it resolves. Mends damaged ones. */
  saveWeights(bytes: Uint8Array): Promise<string>;
  /** Null where they are missing, or are not what they were when they were stored. */
  loadWeights(hash: string): Uint8Array | null;
  /** Deletes stored weights that are not in `keep`. */
  keepWeights(keep: ReadonlySet<string>): Promise<void>;
}
