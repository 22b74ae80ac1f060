/** Texts that are hard to cut, to parse or to translate; each as long as a text may be. */
import { defaultBudget } from '../../../core/python/budget.ts';
import { inInit } from './hostile-programs.ts';

const length = defaultBudget.text - 600;
const network = inInit('pass');

/** Something over and over, as long as a text may be. */
function full(part: string): string {
  return part.repeat(Math.floor(length / part.length));
}

function numbered(count: number, part: (i: number) => string, between = ''): string {
  return Array.from({ length: count }, (_, i) => part(i)).join(between);
}

const spaces = ' '.repeat(length - 200);

const texts: readonly (readonly [name: string, verdict: string, text: string])[] = [
  ['at signs on lines of their own', 'class', full('@\n')],
  ['decorators without end', 'class', `${full('@a\n')}\n${network}`],
  ['decorators of a method', 'name', `class Net(nn.Module):\n${full('    @a\n')}    def forward(self, x): pass\n`],
  ['classes that nothing mentions', 'class', full('class A: pass\n')],
  [
    'classes that the last one mentions',
    'attribute',
    `${numbered(3000, (i) => `class A${i}(nn.Module): a=1\n`)}class Z(nn.Module): x=[${numbered(3000, (i) => `A${i}`, ',').slice(0, 15_000)}]`,
  ],
  ['the same name bound again and again', 'ok', `${full('x = 1\n')}\n${network}`],
  [
    'names that need each other',
    'name',
    `${numbered(6000, (i) => `x${i}=x${i + 1}\n`)}${network.replace('10)', '10 + x0)')}`,
  ],
  ['imports without end', 'ok', `${numbered(6000, (i) => `import a${i}\n`)}${network}`],
  ['an import after a long gap', 'ok', `import a${spaces}b\n${network}`],
  ['an import with a long gap before its name', 'ok', `from a import b${spaces}as c\n${network}`],
  ['an assignment after a long gap', 'ok', `a${spaces}= 1\n${network}`],
  ['a line of spaces in the class', 'syntax', `${network}    ${spaces}x=1`],
  ['empty lines', 'ok', `${'\n'.repeat(length)}${network}`],
  ['brackets that do not end, in the class', 'budget', inInit(`x = ${full('[1,')}`)],
  ['brackets that do not end, at the margin', 'ok', `${network}${full('(')}`],
  ['quotes', 'class', `${full("'")}${network}`],
  ['triple quotes', 'class', `${full("'''")}${network}`],
  ['backslashes at the ends of lines', 'ok', `${full('\\\n')}${network}`],
  ['signs that are no Python', 'syntax', `${network}    ${full('$ 1 ? ')}`],
  ['words without signs', 'syntax', inInit(full('a b c d '))],
  ['keywords without sense', 'syntax', inInit(full('if for while '))],
  ['statements on one line', 'budget', inInit(full('x=1;'))],
  ['a long list of numbers', 'budget', inInit(`x = [${full('1,')}]`)],
  ['a long list of texts', 'budget', inInit(`x = [${full("'a',")}]`)],
  ['a long list of f-strings', 'name', inInit(`x = [${full("f'{xx}',").slice(0, 50_000)}]`.replace('xx', 'yy'))],
  ['many fields in one f-string', 'budget', inInit(`x = f"${full('{a!r:>3}')}"`)],
  ['a comparison of many', 'budget', inInit(`x = ${full('1<')}1`)],
  ['arguments by their names', 'name', inInit(`f(${numbered(8000, (i) => `a${i}=1`, ',')})`)],
  ['one argument again and again', 'budget', inInit(`f(${full('a=1,')})`)],
  ['parameters without end', 'ok', inInit(`def f(${numbered(9000, (i) => `a${i}`, ',')}): pass`)],
  ['parameters of a lambda', 'ok', inInit(`f = lambda ${numbered(9000, (i) => `a${i}`, ',')}: 0`)],
  [
    'a function of many parameters, called',
    'budget',
    inInit(`def f(${numbered(5000, (i) => `a${i}=0`, ',')}): pass\nwhile True:\n    f()`),
  ],
  [
    'a lambda of many parameters, made',
    'budget',
    inInit(`while True:\n    lambda ${numbered(6000, (i) => `a${i}`, ',')}: 0`),
  ],
  [
    'a data class of many fields, made',
    'budget',
    inInit(
      `import dataclasses\n@dataclasses.dataclass\nclass D:\n${numbered(2500, (i) => `    f${i}: int = 0\n`)}while True:\n    D()`,
    ),
  ],
  [
    'an enumeration of many members, asked',
    'budget',
    inInit(`import enum\nclass E(enum.Enum):\n${numbered(600, (i) => `    f${i} = ${i}\n`)}while True:\n    E(5)`),
  ],
  [
    'a class of many methods, made again',
    'budget',
    inInit(`while True:\n    class A:\n${numbered(2000, (i) => `        def f${i}(self): pass\n`)}`),
  ],
  ['context managers without end', 'budget', inInit(`with ${full('a,')}b: pass`)],
  ['choices of a pattern', 'budget', inInit(`match 1:\n    case ${full('2|')}3: pass`)],
  ['names declared global', 'budget', inInit(`global ${full('a,')}b`)],
  ['loops of a comprehension', 'name', inInit(`x = [i ${full('for i in y ')}]`)],
  ['conditions of a comprehension', 'name', inInit(`x = [i for i in y ${full('if i ')}]`)],
  ['texts side by side', 'budget', inInit(`x = ${full("'a' ")}`)],
  ['escapes', 'ok', inInit(`x = "${full('\\x41')}"`)],
  [
    'one name in many blocks',
    'ok',
    inInit(numbered(60, (i) => `${'    '.repeat(0)}def f${i}():\n    def g():\n        return f${i}\n    return g\n`)),
  ],
  [
    'blocks in blocks that look far out',
    'budget',
    inInit(
      `v = 1\n${numbered(70, (i) => `${' '.repeat(i)}def f${i}():\n`)}${' '.repeat(70)}while True:\n${' '.repeat(71)}v\n${numbered(70, (i) => `${' '.repeat(69 - i)}f${69 - i}()\n`)}`,
    ),
  ],
];

/** Texts with their verdicts. */
export function textPrograms() {
  return texts.map(([name, verdict, text]) => ({ kind: 'text', name, verdict, text }));
}
