/** A streamed answer as it comes: its text, its tokens, and where the class that is asked for has ended. */
import { fail } from '../../../core/failure.ts';
import type { Generation } from '../../../core/search/ports.ts';
import { codeOfAnswer, opened } from '../chat/chat-answer.ts';
import { chatStart } from '../chat/chat-prompt.ts';
import { classEnd, completionStart, mayEndClass } from '../class-end.ts';
import { readJson } from './connection.ts';
import { eventStream } from './event-stream.ts';
import { errorSchema, pieceSchema } from './protocol.ts';

export interface Answer {
  /** False: enough has been read. @throws FailureError `server-answer` */
  take(bytes: Uint8Array, type: string): boolean;
  /** The generation; null where the stream ended before the answer did. */
  end(seconds: number): Generation | null;
  /** Tokens so far. */
  readonly tokens: number;
}

export interface Asked {
  readonly form: 'chat' | 'completion';
  readonly prompt: string;
  readonly prefill: string;
  readonly maxTokens: number;
}

/** Characters of a text: a token has seldom more than thirty. */
function longestText(maxTokens: number): number {
  return Math.max(1 << 16, 256 * maxTokens);
}

/** `who` names the server in errors. */
export function answerOf({ form, prompt, prefill, maxTokens }: Asked, who: string): Answer {
  const isChat = form === 'chat';
  const start = isChat ? chatStart(prefill) : completionStart(prompt + prefill);
  const begun = isChat ? opened(prefill) : '';
  const events = eventStream(who);
  /** What a server that does not stream sends. */
  const plain = { decoder: new TextDecoder(), text: '', is: false };
  let text = '';
  let pieces = 0;
  let counted: number | null = null;
  let finish: Generation['finish'] | null = null;
  let done = false;
  let cut: number | null = null;

  /** Some servers repeat the beginning that they were given. */
  function written(): string {
    if (begun === '') return text;
    if (text.startsWith(begun)) return text.slice(begun.length);
    return begun.startsWith(text) ? '' : text;
  }

  function refuse(words: string): never {
    const parsed = errorSchema.safeParse(asJson(words));
    const message = parsed.success ? parsed.data.message : words;
    return fail('server-answer', `${who} broke its answer off: ${message.slice(0, 300)}`);
  }

  function piece(value: string): void {
    if (value.trim() === '[DONE]') {
      done = true;
      return;
    }
    const json = asJson(value);
    if (typeof json === 'object' && json !== null && 'error' in json && json.error !== null) refuse(value);
    const { choices, usage, timings } = readJson(value, pieceSchema, who);
    counted = usage?.completion_tokens ?? timings?.predicted_n ?? counted;
    const [choice] = choices;
    if (choice === undefined) return;
    const part = choice.delta ?? choice.message;
    const added = choice.text ?? part?.content ?? '';
    if (added !== '' || (part?.reasoning_content ?? part?.reasoning ?? '') !== '') pieces++;
    if (typeof choice.finish_reason === 'string') finish = choice.finish_reason === 'length' ? 'length' : 'end';
    if (added === '') return;
    text += added;
    if (text.length > longestText(maxTokens)) {
      fail('server-answer', `${who} wrote ${text.length} characters, where ${maxTokens} tokens were asked for.`);
    }
    const so = written();
    if (!mayEndClass(so, added)) return;
    cut = classEnd(so, start);
  }

  /** Whether what was read is all that is wanted. A server may not keep to the limit of tokens. */
  function isEnough(): boolean {
    return done || cut !== null || (counted ?? pieces) > maxTokens;
  }

  return {
    get tokens() {
      return counted ?? pieces;
    },
    take(bytes, type) {
      if (/\bjson\b/i.test(type)) {
        plain.is = true;
        plain.text += plain.decoder.decode(bytes, { stream: true });
        return true;
      }
      for (const event of events.push(bytes)) {
        if (event.field === 'error') refuse(event.value);
        piece(event.value);
        if (isEnough()) return false;
      }
      return true;
    },
    end(seconds) {
      if (plain.is) piece(plain.text + plain.decoder.decode());
      else if (!isEnough())
        for (const event of events.end()) event.field === 'error' ? refuse(event.value) : piece(event.value);
      const isCut = isEnough() && !done;
      if (finish === null && !done && !isCut) return null;
      let so = written();
      const at = cut ?? classEnd(so, start);
      if (at !== null) so = so.slice(0, at);
      const whole = isChat ? codeOfAnswer(so, prefill) : prefill + so;
      const tokens = Math.min(counted ?? pieces, maxTokens);
      const isLong = at === null && (finish === 'length' || (finish === null && isCut));
      return { text: whole, tokens, seconds, finish: isLong ? 'length' : 'end' };
    },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
