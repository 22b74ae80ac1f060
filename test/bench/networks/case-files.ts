/** A folder of cases: small networks, each a file or a folder of its own, whose first lines say what PyTorch does. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface CaseFile {
  /** As it is named in the folder. */
  readonly name: string;
  readonly file: string;
  /** What the comment at its head says that PyTorch does; null where it does not say. */
  readonly expected: 'accepts' | 'refuses' | null;
}

/** The verdict in the comment at a file's head: `# PyTorch 2.13 refuses (train): ...`. */
export function expectedOf(text: string): CaseFile['expected'] {
  const head = /^\uFEFF?(?:#.*\n)*/.exec(text)?.[0] ?? '';
  const said = /PyTorch[^:.]*?\b(accepts|refuses)\b/.exec(head.replaceAll(/(\d)\.(\d)/g, '$1'))?.[1];
  return said === 'accepts' || said === 'refuses' ? said : null;
}

/** The network of a folder: `net.py`, the file named as the folder, or its only one. */
function fileOfFolder(folder: string): string | null {
  const files = readdirSync(folder).filter((file) => file.endsWith('.py'));
  const main = ['net.py', `${basename(folder)}.py`].find((file) => files.includes(file));
  const file = main ?? (files.length === 1 ? files[0] : undefined);
  return file === undefined ? null : join(folder, file);
}

/** The cases of a folder, by name, and what else lies in it. */
export function casesOf(folder: string): { readonly cases: readonly CaseFile[]; readonly others: readonly string[] } {
  const cases: CaseFile[] = [];
  const others: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const file = statSync(path).isDirectory() ? fileOfFolder(path) : name.endsWith('.py') ? path : null;
    if (file === null) others.push(name);
    else cases.push({ name, file, expected: expectedOf(readFileSync(file, 'utf8')) });
  }
  return { cases, others };
}
