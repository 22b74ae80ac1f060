/** Where the modules of a program are found: the host's, then its own files, then stand-ins. */

import { hostModule } from '../python/evaluation/evaluator.ts';
import type { Evaluator } from '../python/evaluation/runtime.ts';
import { jsonNames } from '../python/modules/json-module.ts';
import { numpyNames } from '../python/modules/numpy-module.ts';
import type { ProgramModules } from '../python/modules/program-modules.ts';
import { randomModule } from '../python/modules/random-module.ts';
import { standardModules } from '../python/modules/standard-modules.ts';
import { type Place, refuse } from '../python/reason.ts';
import { dict } from '../python/types/containers.ts';
import type { ModuleValue, Value } from '../python/types/values.ts';
import { einopsModules } from './einops/einops-modules.ts';
import { isAlwaysStandIn, isClosed, standInModule, standInValue } from './stand-ins.ts';
import type { Torch } from './torch/world/create-world.ts';
import { numpyArrays } from './torch/world/numpy-arrays.ts';
import { anything } from './torch/world/opaque.ts';
import { sideModules, torchExtensions } from './torch/world/side-modules.ts';

export interface Host {
  readonly modules: ReadonlyMap<string, ModuleValue>;
  readonly extensions: ReadonlyMap<string, Value>;
  readonly inForward: () => boolean;
  /** The files of the program that is read now. */
  program: ProgramModules | null;
  /** Forgets what the last program changed. */
  reset(): void;
}

export function createHost(evaluator: Evaluator, torch: Torch): Host {
  const hint = anything('typing');
  const inForward = () => torch.world.reading.graph !== null;
  const missing = (module: string) => (name: string) => standInValue(`${module}.${name}`, inForward);
  const environment = dict([]);
  const held: { host?: Host } = {};
  const torchModule = torch.modules.get('torch') ?? hostModule('torch', []);
  const modules: Map<string, ModuleValue> = new Map([
    ...einopsModules(torch.world, torchModule).map((each) => [each.name, each] as const),
    ...sideModules(torch),
    ...torch.modules,
    ...standardModules(evaluator, hint, {
      environment,
      importable(name, place) {
        if (isClosed(name)) refuse('import', `${name} is not available: nothing outside the program is reached`, place);
        return evaluator.importModule(name, place);
      },
      loaded: (name) => held.host?.program?.loaded(name) ?? modules.get(name),
      missing,
    }),
    ['numpy.random', randomModule('numpy.random', missing('numpy.random'))],
  ]);
  const host: Host = {
    modules,
    extensions: torchExtensions(evaluator),
    inForward,
    program: null,
    reset: () => environment.entries.clear(),
  };
  held.host = host;
  const arrays = [...torch.modules].flatMap(([name, each]) => (name === 'torch' ? numpyArrays(each) : []));
  const numpy = standInModule('numpy', inForward, [
    ...numpyNames(evaluator),
    ...arrays,
    ['random', modules.get('numpy.random') ?? null],
  ]);
  if (numpy !== undefined) modules.set('numpy', numpy);
  const json = standInModule('json', inForward, jsonNames(evaluator));
  if (json !== undefined) modules.set('json', json);
  modules.set(
    'torch.types',
    hostModule('torch.types', [], () => hint),
  );
  return host;
}

/** A module by name. @throws a reason of kind import that says what would help */
export function findModule(host: Host, name: string, place: Place): ModuleValue {
  const known = host.modules.get(name);
  if (known !== undefined) return known;
  const own = isAlwaysStandIn(name) ? undefined : host.program?.find(name, place);
  return own ?? standInModule(name, host.inForward) ?? unknownModule(name, place);
}

function unknownModule(name: string, place: Place): never {
  if (name.startsWith('torch.nn.utils.')) {
    return refuse('unsupported', `the module '${name}' is not supported yet`, place);
  }
  if (name === 'torch' || name.startsWith('torch.')) {
    return refuse('import', `ModuleNotFoundError: No module named '${name}'`, place);
  }
  return refuse(
    'import',
    `the module '${name}' is not known: put its files into the folder that --root names, or its classes into this file`,
    place,
  );
}
