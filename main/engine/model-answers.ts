/** The answers to the calls on models and on conversions of checkpoints. */
import type { ContractEvent } from '../../core/contract/events.ts';
import type { CallName, CallOptions, Params, Result } from '../../core/contract.ts';
import { modelsFolder } from '../llm/model-shelf.ts';
import { abortSignal } from './abort-signal.ts';
import { conversionsOf } from './conversions/conversions.ts';
import { checkCheckpoint } from './conversions/converter-process.ts';
import { inspectModel } from './model-inspection.ts';
import { servedModels } from './served-models.ts';
import { modelRows } from './shelves.ts';

type ModelCall = Extract<CallName, `models.${string}` | `conversions.${string}`>;

export interface ModelAnswers {
  readonly answers: {
    readonly [N in ModelCall]: (params: Params<N>, signal: CallOptions['signal']) => Promise<Result<N>>;
  };
  /** Cancels the conversions under way. */
  close(): Promise<void>;
}

export interface ModelAnswersOptions {
  readonly home: string;
  /** Files of the models that the runs of the list were made with. */
  usedModels(): readonly string[];
  emit(event: ContractEvent): void;
}

export function modelAnswers({ home, usedModels, emit }: ModelAnswersOptions): ModelAnswers {
  const models = modelsFolder(home);
  const conversions = conversionsOf({
    models,
    onChange: (conversion) => emit({ type: 'conversion-changed', conversion }),
    onGone: (conversion) => emit({ type: 'conversion-removed', conversion }),
  });
  return {
    answers: {
      'models.list': async () => ({ models: await modelRows(home, usedModels()) }),
      'models.inspect': ({ file, contextLength = null }, signal) =>
        inspectModel({ file, contextLength, signal: abortSignal(signal) }),
      'models.served': (request, signal) => servedModels({ ...request, signal: abortSignal(signal) }),
      'conversions.check': ({ path }, signal) => checkCheckpoint(path, models, signal),
      async 'conversions.start'({ file = null, replace = false, ...request }) {
        return { conversion: await conversions.start({ ...request, file, replace }) };
      },
      'conversions.list': async () => ({ conversions: conversions.list() }),
      'conversions.cancel': async ({ conversion }) => ({ conversion: await conversions.cancel(conversion) }),
      async 'conversions.forget'({ conversion }) {
        conversions.forget(conversion);
        return {};
      },
    },
    close: () => conversions.close(),
  };
}
