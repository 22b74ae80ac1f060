/** The language model's own process: native code that crashes here costs a retry, never the run. */
import { failureOf } from '../../core/failure.ts';
import { visible } from '../../core/text/visible.ts';
import { leaveSignalsToParent } from '../child-signals.ts';
import { type LoadedModel, loadModel, planModel } from './loaded-model.ts';
import { type FromWorker, toWorkerSchema } from './messages.ts';

leaveSignalsToParent();
// An orphan would keep a gigabyte and a core. SIGKILL: exiting in the midst of native work can hang.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

let model: LoadedModel | null = null;
const aborted = new Set<number>();

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

async function handle(raw: unknown): Promise<void> {
  const message = toWorkerSchema.parse(raw);
  if (message.type === 'abort') {
    aborted.add(message.id);
    return;
  }
  if (message.type === 'load') {
    let told = 0;
    try {
      if (message.planOnly) {
        send({ type: 'planned', plan: await planModel(message) });
        return;
      }
      model = await loadModel({
        ...message,
        onProgress(share) {
          if (share - told < 0.01 && share < 1) return;
          told = share;
          send({ type: 'loading', share });
        },
      });
      send({ type: 'ready', threads: model.threads, trial: model.trial, plan: model.plan });
    } catch (error) {
      send({ type: 'failed', id: null, failure: failureOf(error) });
    }
    return;
  }
  const { id } = message;
  try {
    if (model === null) throw new Error('A request came before the model was loaded.');
    if (message.type === 'tokenize') {
      send({ type: 'tokenized', id, tokens: model.tokenize(message.text) });
      return;
    }
    const generation = await model.generate(message.request, () => aborted.has(id));
    send(generation === null ? { type: 'aborted', id } : { type: 'generated', id, generation });
  } catch (error) {
    send({ type: 'failed', id, failure: failureOf(error) });
  } finally {
    aborted.delete(id);
  }
}

process.on('message', (raw) => {
  handle(raw).catch((error: unknown) => {
    process.stderr.write(`${visible(error instanceof Error ? (error.stack ?? '') : String(error))}\n`);
    process.exitCode = 1;
    process.disconnect();
  });
});
