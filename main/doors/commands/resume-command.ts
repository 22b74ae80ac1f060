/** How a person goes on with what was ended: the command that they would type. */

/** A word of a shell, in quotes where it needs them. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
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
