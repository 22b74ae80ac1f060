/** A chat template (Jinja, as models bring it) rendered for one message of the user, as transformers renders it. */
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { fail } from '../../../core/failure.ts';

/** Texts of the tokens that begin and end a text; empty where the model has none. */
export interface EndTokens {
  readonly bos: string;
  readonly eos: string;
}

/** The day that a template is told: Llama's own default. Today's would make the text depend on when it is asked. */
const day = new Date(Date.UTC(2024, 6, 26));
const months = 'January February March April May June July August September October November December'.split(' ');

/** strftime for {@link day}, as far as templates use it. */
function dayAs(format: string): string {
  const month = months[day.getUTCMonth()] ?? '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const parts: Readonly<Record<string, string>> = {
    '%Y': String(day.getUTCFullYear()),
    '%m': two(day.getUTCMonth() + 1),
    '%d': two(day.getUTCDate()),
    '%B': month,
    '%b': month.slice(0, 3),
    '%H': '00',
    '%M': '00',
    '%S': '00',
    '%%': '%',
  };
  return format.replace(/%./g, (part) => parts[part] ?? part);
}

/** What raise_exception of a template becomes on its way here. */
class Refused extends Error {}

function rangeOf(first: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  const values: number[] = [];
  for (let value = from; step > 0 ? value < to : step < 0 && value > to; value += step) values.push(value);
  return values;
}

/**
 * The text of a conversation of one message, up to where the model's answer begins. A model that can think first is
 * told not to.
 * @throws FailureError `model-file` for a template that cannot be read, or refuses the message
 */
export function renderChat(template: string, message: string, { bos, eos }: EndTokens): string {
  const globals: Readonly<Record<string, unknown>> = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range: rangeOf,
    strftime_now: dayAs,
    raise_exception(reason: unknown) {
      throw new Refused(String(reason));
    },
    messages: [{ role: 'user', content: message }],
    add_generation_prompt: true,
    enable_thinking: false,
    bos_token: bos,
    eos_token: eos,
  };
  try {
    const environment = new Environment();
    for (const [name, value] of Object.entries(globals)) environment.set(name, value);
    // Blocks take the line break after them and the spaces before them, as in transformers.
    const program = parse(tokenize(template, { trim_blocks: true, lstrip_blocks: true }));
    return String(new Interpreter(environment).run(program).value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const what = error instanceof Refused ? 'refuses the prompt' : 'cannot be rendered';
    return fail(
      'model-file',
      `The model's chat template ${what}: ${reason}. Set chat to off, which gives the prompt as a text to continue.`,
    );
  }
}
