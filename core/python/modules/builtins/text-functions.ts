/** Built-in functions of text. */
import { integerArgument } from '../../evaluation/argument-values.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import { refuse } from '../../reason.ts';
import { formatIn } from '../../types/formatting.ts';
import type { Value } from '../../types/values.ts';
import { definer } from './define.ts';

/** `repr`, `format`, `ord`, `chr`; `print` writes nothing. */
export function defineTextFunctions(functions: Map<string, Value>, runtime: Runtime): void {
  const define = definer(functions);
  define('print', '*args, sep=None, end=None, file=None, flush=False', () => null, 'counted');
  define('repr', 'value', (taken) => runtime.repr(taken.get('value'), taken.place));
  define('ord', 'c', (taken) => {
    const text = taken.get('c');
    const points = typeof text === 'string' ? [...text] : [];
    const [only] = points;
    if (only === undefined || points.length !== 1) {
      return refuse('type', 'ord() expected a character', taken.place);
    }
    return BigInt(only.codePointAt(0) ?? 0);
  });
  define('chr', 'i', (taken) => {
    const point = integerArgument(runtime, taken.get('i'), taken.place);
    if (point < 0n || point > 0x10ffffn) return refuse('value', 'chr() arg not in range(0x110000)', taken.place);
    return String.fromCodePoint(Number(point));
  });
  define('format', "value, format_spec=''", (taken) => {
    const specification = taken.get('format_spec');
    const text = formatIn(
      runtime,
      taken.get('value'),
      typeof specification === 'string' ? specification : '',
      taken.place,
    );
    runtime.meter.characters(text.length);
    return text;
  });
}
