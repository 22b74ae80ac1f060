/** Which class of a network's source is the network. */
import { fail } from '../../core/failure.ts';

/** `Net` where the source has it, else its last class: helpers stand before the module that uses them. */
export function networkClass(source: string): string {
  const names = [...source.matchAll(/^class[ \t]+([A-Za-z_]\w*)/gm)].flatMap((match) => match[1] ?? []);
  return (
    names.find((name) => name === 'Net') ??
    names.at(-1) ??
    fail('run', 'The stored source of the network has no class.')
  );
}
