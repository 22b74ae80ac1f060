/** Modules of Python's library that are read as Python of our own, where the program's files do not hold them. */
import type { ModuleTexts } from '../../python/modules/program-modules.ts';
import { standInValue } from '../stand-ins.ts';
import { argparse } from './argparse.ts';
import { pathlib } from './pathlib.ts';

const texts: ReadonlyMap<string, string> = new Map([
  ['argparse', argparse],
  ['pathlib', pathlib],
]);

/**
 * Where a program finds its modules: in its own files, then here.
 * @param inForward whether forward runs: what is not read may be named while the network is built, not there
 */
export function withLibrary(own: ModuleTexts, inForward: () => boolean): ModuleTexts {
  return (name) => {
    const found = own(name);
    const text = found === null ? texts.get(name) : undefined;
    if (text === undefined) return found;
    return {
      name,
      text,
      file: `${name}.py`,
      package: false,
      lacks: (attribute) => standInValue(`${name}.${attribute}`, inForward),
    };
  };
}
