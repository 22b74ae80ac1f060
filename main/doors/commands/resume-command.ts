/** How a person goes on with a run: the command that they would type. */

export function resumeCommand(folder: string): string {
  const path = /^[\w@%+=:,./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  return process.env.npm_lifecycle_event === undefined
    ? `llmatic search --resume ${path}`
    : `npm run -s llmatic -- search --resume ${path}`;
}
