/** Versions that programs compare: torch.__version__, packaging.version, distutils.version. */
import { makeClass } from '../evaluation/classes.ts';
import type { Runtime } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { typeName } from '../types/type-name.ts';
import type { ClassValue, InstanceValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** Numbers of a release; what follows them (`+cpu`, `a0`) orders nothing here. */
function release(value: Value, place: Place): readonly number[] {
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'instance' && typeof value.payload === 'string') return release(value.payload, place);
    if (value.kind === 'tuple' || value.kind === 'list') {
      return value.items.map((each) =>
        typeof each === 'bigint' ? Number(each) : Number.parseInt(String(each), 10) || 0,
      );
    }
  }
  if (typeof value !== 'string') return refuse('type', `a version was expected, not ${typeName(value)}`, place);
  const [numbers = ''] = /^\s*v?\d+(\.\d+)*/.exec(value) ?? [];
  if (numbers === '') return refuse('value', `Invalid version: '${value}'`, place);
  return numbers.trim().replace(/^v/, '').split('.').map(Number);
}

function order(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const relations: Readonly<Record<string, (order: number) => boolean>> = {
  __lt__: (o) => o < 0,
  __le__: (o) => o <= 0,
  __gt__: (o) => o > 0,
  __ge__: (o) => o >= 0,
  __eq__: (o) => o === 0,
  __ne__: (o) => o !== 0,
};

/** Makes versions: texts that compare by their numbers. */
export function versionMaker(runtime: Runtime): (text: string) => InstanceValue {
  const attributes = new Map<string, Value>();
  const self = (value: Value): string =>
    value !== null && typeof value === 'object' && value.kind === 'instance' && typeof value.payload === 'string'
      ? value.payload
      : '0';
  for (const [name, holds] of Object.entries(relations)) {
    attributes.set(
      name,
      native(
        name,
        'self, other',
        ({ get, place }) => {
          const other = get('other');
          // What is no version is another.
          if (name === '__eq__' || name === '__ne__') {
            if (typeof other !== 'string' && (other === null || typeof other !== 'object')) return name === '__ne__';
            if (typeof other === 'string' && !/^\s*v?\d/.test(other)) return name === '__ne__';
          }
          return holds(order(release(self(get('self')), place), release(other, place)));
        },
        { method: true },
      ),
    );
  }
  for (const name of ['__str__', '__repr__']) {
    attributes.set(
      name,
      native(name, 'self', ({ get }) => self(get('self')), { method: true }),
    );
  }
  const part = (name: string, index: number) => {
    const getter = native(name, 'self', ({ get, place }) => BigInt(release(self(get('self')), place)[index] ?? 0), {
      method: true,
    });
    attributes.set(name, { kind: 'property', getter, setter: null });
  };
  part('major', 0);
  part('minor', 1);
  part('micro', 2);
  const numbers = native(
    'release',
    'self',
    ({ get, place }) => ({ kind: 'tuple', items: release(self(get('self')), place).map(BigInt), typeName: 'tuple' }),
    { method: true },
  );
  for (const name of ['release', 'version']) attributes.set(name, { kind: 'property', getter: numbers, setter: null });
  attributes.set('is_prerelease', false);
  attributes.set('is_devrelease', false);
  const type: ClassValue = makeClass('Version', [runtime.object], attributes);
  return (payload) => ({ kind: 'instance', type, attributes: new Map(), payload });
}

/** packaging.version and what stood for it before. */
export function versionModules(runtime: Runtime): ModuleValue[] {
  const make = versionMaker(runtime);
  const parse = (name: string): [string, Value] => [
    name,
    native(name, 'version', ({ get, place }) => {
      const text = runtime.text(get('version'), place);
      release(text, place);
      return make(text);
    }),
  ];
  const version = hostModule('packaging.version', [parse('parse'), parse('Version')]);
  const loose = hostModule('distutils.version', [parse('LooseVersion'), parse('StrictVersion')]);
  return [
    version,
    loose,
    hostModule('packaging', [['version', version]]),
    hostModule('distutils', [['version', loose]]),
    hostModule('pkg_resources', [parse('parse_version')]),
  ];
}
