/** `model inspect` of an address: what the server says of its models, and how the one that is meant is asked. */
import { modelsServedAt, openServedModel } from '../../llm/served/served-model.ts';
import type { CommandResult } from './command.ts';
import { shortCount } from './short-count.ts';

const leverNames = ['prefill', 'grammar', 'example'] as const;

/** @throws FailureError as the model's opening does: `usage`, `server`, `server-answer` */
export async function inspectServed(
  address: string,
  { allowRemote, signal }: { readonly allowRemote: boolean; readonly signal: AbortSignal },
): Promise<CommandResult> {
  const { models } = await modelsServedAt({ address, allowRemote, signal });
  const model = await openServedModel({ address, allowRemote, signal });
  await model.close();
  const { served, form, contextLength, unable } = model;
  const { parameters, quantization } = served.told;
  const levers = leverNames.map((name) => `${name} ${unable[name] === undefined ? 'yes' : 'no'}`).join(', ');
  const json = {
    ...served,
    contextLength,
    prompts: { form: form.form, why: form.why },
    levers: Object.fromEntries(leverNames.map((name) => [name, unable[name] ?? true])),
    models: models.map(({ id }) => id),
    problems: [],
  };
  const lines = [
    `${served.model}, served at ${served.address}`,
    `  server         ${served.server === 'llama-server' ? 'llama-server' : 'OpenAI-compatible'}${served.remote ? ', not on this machine' : ''}`,
    ...(typeof parameters === 'number'
      ? [`  parameters     ${shortCount(parameters)}${quantization === undefined ? '' : `, ${quantization}`}`]
      : []),
    `  context        ${contextLength === null ? 'not told' : `${contextLength} tokens`}`,
    `  prompts        ${form.form === 'chat' ? 'as a chat' : 'as a text to continue'}: ${form.why}`,
    `  levers         ${levers}`,
    `  models there   ${models.map(({ id }) => id).join(', ')}`,
    '  its texts are as reproducible as the server makes them',
  ];
  return { json, text: lines };
}
