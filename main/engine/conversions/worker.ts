/** Looks at one checkpoint or converts it, in a process of its own, then ends. */
import { FailureError, failureOf } from '../../../core/failure.ts';
import { convertCodegen } from '../../llm/convert/convert-codegen.ts';
import { checkpointFolder, describeCheckpoint } from '../../llm/convert/describe-checkpoint.ts';
import { linkToParent } from '../../processes/parent-link.ts';
import { converterProtocol, type ReadByConverter } from './messages.ts';

/** Milliseconds between two tellings of progress. */
const pause = 250;

const cancelling = new AbortController();

function cancel(): void {
  cancelling.abort(new FailureError({ kind: 'cancelled', message: 'The conversion was cancelled.' }));
}

async function convert({ request, models }: Extract<ReadByConverter, { type: 'convert' }>): Promise<void> {
  const { path, type, file, replace } = request;
  const folder = await checkpointFolder(path);
  let told = 0;
  const { name, sha256, tensors, parameters } = await convertCodegen({
    folder,
    out: file ?? { folder: models },
    type,
    force: replace,
    signal: cancelling.signal,
    onBegin: (out, bytes) => void parent.tell({ type: 'begun', folder, file: out, bytes }),
    onProgress(written, _all, tensor) {
      const now = performance.now();
      if (now - told < pause) return;
      told = now;
      void parent.tell({ type: 'progress', written, tensor });
    },
    onWritten: () => void parent.tell({ type: 'checking' }),
  });
  await parent.tell({ type: 'converted', made: { name, sha256, tensors, parameters } });
}

async function answer(message: ReadByConverter): Promise<void> {
  if (message.type === 'cancel') {
    cancel();
    return;
  }
  try {
    if (message.type === 'convert') await convert(message);
    else await parent.tell({ type: 'checked', checkpoint: await describeCheckpoint(message.path, message.models) });
  } catch (error) {
    await parent.tell({ type: 'failed', failure: failureOf(error) });
  }
  parent.leave();
}

const parent = linkToParent({
  protocol: converterProtocol,
  hear: answer,
  // Without the engine nobody wants the file: what was written is removed on the way out.
  parentGone: cancel,
});
