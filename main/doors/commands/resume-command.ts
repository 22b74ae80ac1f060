/** How a person goes on with what was ended or refused: the command that they would type. */
import { isPlain } from '../../../core/text/visible.ts';

/** A word of a shell, in quotes where it needs them; with escapes (`$'...'`, as bash and zsh read them) where it cannot be shown. */
function word(text: string): string {
  if (!isPlain(text)) return `$'${[...new TextEncoder().encode(text)].map(escapedByte).join('')}'`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w@%+=:,./ -]/.test(character) && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** As this process was started: through npm in a checkout, or by its name. */
function command(words: readonly string[]): string {
  const start = process.env.npm_lifecycle_event === undefined ? 'llmatic' : 'npm run -s llmatic --';
  return [start, ...words.map(word)].join(' ');
}

export function resumeCommand(folder: string): string {
  return command(['search', '--resume', folder]);
}

/** Begins a conversion that was cancelled from its start. */
export function convertCommand({ folder, file, type }: Readonly<Record<'folder' | 'file' | 'type', string>>): string {
  return command(['model', 'convert', folder, '--out', file, '--type', type]);
}

/** Serves a page that may name the files of one more folder. */
export function serveAllowing(folder: string): string {
  return command(['serve', '--allow', folder]);
}
