/** The language model's own process: native code that crashes here costs a retry, never the run. */
import { failureOf } from '../../core/failure.ts';
import { linkToParent } from '../processes/parent-link.ts';
import { type LoadedModel, loadModel, planModel } from './loaded-model.ts';
import { type FromWorker, modelProtocol, type ToWorker } from './messages.ts';

let model: LoadedModel | null = null;
const aborted = new Set<number>();

function send(message: FromWorker): void {
  void parent.tell(message);
}

async function handle(message: ToWorker): Promise<void> {
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

const parent = linkToParent({
  protocol: modelProtocol,
  hear: handle,
  // An orphan would keep a gigabyte and a core. SIGKILL: exiting in the midst of native work can hang.
  parentGone: () => process.kill(process.pid, 'SIGKILL'),
});
