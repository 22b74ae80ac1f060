/**
 * Reads a Python pickle as data and executes nothing: only the values that a PyTorch checkpoint of tensors is made of
 * are known, and a class or function outside the list given is refused by its name.
 * Source: CPython's Lib/pickletools.py, the opcodes of protocols 2 to 5.
 */
import { fail } from '../failure.ts';
import { decodeUtf8 } from '../tensors/utf8.ts';
import { dictOf, type PickleValue } from './pickle-values.ts';

export interface PickleRules {
  /** What messages call the file. */
  readonly file: string;
  /** Whether a `module.name` may be referred to. */
  allowed(name: string): boolean;
  /** Hears of each object outside the pickle, in order. */
  onPersistent?(id: PickleValue): void;
}

const mark = Symbol('mark');
type Slot = PickleValue | typeof mark;

/** Whether a dict or list is being filled: without one, what comes next is the pickle's object itself. */
function isContainer(slot: Slot): boolean {
  return typeof slot === 'object' && (slot?.kind === 'dict' || slot?.kind === 'list');
}

/** Memo numbers run from 0; a larger one than this is no checkpoint's. */
const mostMemo = 4_000_000;

/** The opcodes that are read, by their letter or number. */
const opcode = {
  mark: 0x28,
  stop: 0x2e,
  pop: 0x30,
  popMark: 0x31,
  float: 0x47,
  int: 0x4a,
  int1: 0x4b,
  int2: 0x4d,
  none: 0x4e,
  persistent: 0x51,
  reduce: 0x52,
  byteText: 0x54,
  shortByteText: 0x55,
  text: 0x58,
  append: 0x61,
  build: 0x62,
  global: 0x63,
  dict: 0x64,
  emptyDict: 0x7d,
  appends: 0x65,
  get: 0x68,
  longGet: 0x6a,
  list: 0x6c,
  put: 0x71,
  longPut: 0x72,
  setItem: 0x73,
  tuple: 0x74,
  emptyTuple: 0x29,
  setItems: 0x75,
  emptyList: 0x5d,
  protocol: 0x80,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  yes: 0x88,
  no: 0x89,
  long1: 0x8a,
  shortText: 0x8c,
  longText: 0x8d,
  stackGlobal: 0x93,
  memoize: 0x94,
  frame: 0x95,
} as const;

/** Opcodes that would make or change objects of classes: named in the refusal. */
const objectOpcodes: ReadonlyMap<number, string> = new Map([
  [0x63, 'GLOBAL'],
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
]);

/**
 * The value that the pickle describes.
 * @throws FailureError `checkpoint` where it is damaged, or needs anything but tensors: the name or opcode is told.
 */
export function readPickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
  return readPickleAt(bytes, 0, rules).value;
}

/** The value of the pickle that begins at byte `start`, and where it ends. @throws as {@link readPickle} */
export function readPickleAt(
  bytes: Uint8Array,
  start: number,
  { file, allowed, onPersistent }: PickleRules,
): { readonly value: PickleValue; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Slot[] = [];
  const memo = new Map<number, PickleValue>();
  let at = start;

  function damaged(what: string): never {
    fail('checkpoint', `${file} is damaged: byte ${at} of its pickle ${what}. Copy or download it again.`);
  }

  /** Moves over `length` bytes; returns where they begin. */
  function take(length: number): number {
    if (length > bytes.length - at) damaged(`needs ${length} bytes where ${bytes.length - at} are left`);
    at += length;
    return at - length;
  }

  function takeText(length: number): string {
    const begin = take(length);
    try {
      return decodeUtf8(bytes.subarray(begin, begin + length));
    } catch {
      return damaged('is a text that is not UTF-8');
    }
  }

  function line(): string {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) damaged('begins a name that does not end');
    const text = takeText(end - at);
    at++;
    return text;
  }

  function pop(): PickleValue {
    const top = stack.pop();
    if (top === undefined || top === mark) return damaged('takes a value where there is none');
    return top;
  }

  function peek(): PickleValue {
    const top = stack.at(-1);
    if (top === undefined || top === mark) return damaged('refers to a value where there is none');
    return top;
  }

  /** What was pushed since the last mark, which goes too. */
  function sinceMark(): PickleValue[] {
    const place = stack.lastIndexOf(mark);
    if (place < 0) damaged('ends a group that was not begun');
    const items: PickleValue[] = [];
    for (const slot of stack.splice(place)) if (slot !== mark) items.push(slot);
    return items;
  }

  function remember(index: number): void {
    if (index > mostMemo) damaged(`numbers a value ${index}`);
    memo.set(index, peek());
  }

  function recall(index: number): void {
    const value = memo.get(index);
    if (value === undefined) damaged(`refers to value ${index}, which is not there`);
    stack.push(value);
  }

  function pushGlobal(name: string): void {
    if (!allowed(name) && !stack.some(isContainer)) {
      fail(
        'checkpoint',
        `${file} is a whole pickled object (${name}), not a state dict of tensors: it was refused and nothing in it was executed. Save its weights alone, with torch.save(model.state_dict(), ...).`,
      );
    }
    if (!allowed(name)) {
      fail(
        'checkpoint',
        `${file} asks for ${name}: a checkpoint of weights needs only tensors, so it was refused and nothing in it was executed. Use the model's .safetensors files, or save the weights again with torch.save(model.state_dict(), ...).`,
      );
    }
    stack.push({ kind: 'global', name });
  }

  function fill(target: PickleValue, items: readonly PickleValue[]): void {
    if (typeof target !== 'object' || target?.kind !== 'dict') damaged('sets an item of what is not a dict');
    if (items.length % 2 !== 0) damaged('sets a key without a value');
    for (let index = 0; index < items.length; index += 2) {
      target.entries.set(items[index] ?? null, items[index + 1] ?? null);
    }
  }

  function extend(target: PickleValue, items: readonly PickleValue[]): void {
    if (typeof target !== 'object' || target?.kind !== 'list') damaged('appends to what is not a list');
    for (const item of items) target.items.push(item);
  }

  function reduce(): void {
    const args = pop();
    const callee = pop();
    if (typeof callee !== 'object' || callee?.kind !== 'global') damaged('calls what is not a function');
    if (typeof args !== 'object' || args?.kind !== 'tuple') damaged(`calls ${callee.name} without arguments`);
    stack.push(dictOf(callee.name, args.items) ?? { kind: 'call', name: callee.name, args: args.items });
  }

  function longNumber(): number {
    const length = bytes[take(1)] ?? 0;
    const begin = take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[begin + index] ?? 0);
    if (length > 0 && (bytes[begin + length - 1] ?? 0) >= 0x80) value -= 1n << BigInt(8 * length);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : damaged(`is the number ${value}, which is larger than any size`);
  }

  for (;;) {
    const code = bytes[take(1)] ?? 0;
    switch (code) {
      case opcode.protocol:
        take(1);
        break;
      case opcode.frame:
        take(8);
        break;
      case opcode.mark:
        stack.push(mark);
        break;
      case opcode.stop:
        return { value: pop(), end: at };
      case opcode.pop:
        if (stack.pop() === undefined) damaged('takes a value where there is none');
        break;
      case opcode.popMark:
        sinceMark();
        break;
      case opcode.none:
        stack.push(null);
        break;
      case opcode.yes:
        stack.push(true);
        break;
      case opcode.no:
        stack.push(false);
        break;
      case opcode.int:
        stack.push(view.getInt32(take(4), true));
        break;
      case opcode.int1:
        stack.push(view.getUint8(take(1)));
        break;
      case opcode.int2:
        stack.push(view.getUint16(take(2), true));
        break;
      case opcode.long1:
        stack.push(longNumber());
        break;
      case opcode.float:
        stack.push(view.getFloat64(take(8), false));
        break;
      case opcode.shortText:
        stack.push(takeText(view.getUint8(take(1))));
        break;
      case opcode.text:
        stack.push(takeText(view.getUint32(take(4), true)));
        break;
      // Texts of Python 2.
      case opcode.shortByteText:
        stack.push(takeText(view.getUint8(take(1))));
        break;
      case opcode.byteText:
        stack.push(takeText(view.getUint32(take(4), true)));
        break;
      case opcode.longText:
        stack.push(takeText(Number(view.getBigUint64(take(8), true))));
        break;
      case opcode.emptyTuple:
        stack.push({ kind: 'tuple', items: [] });
        break;
      case opcode.tuple:
        stack.push({ kind: 'tuple', items: sinceMark() });
        break;
      case opcode.tuple1:
        stack.push({ kind: 'tuple', items: [pop()] });
        break;
      case opcode.tuple2: {
        const second = pop();
        stack.push({ kind: 'tuple', items: [pop(), second] });
        break;
      }
      case opcode.tuple3: {
        const third = pop();
        const second = pop();
        stack.push({ kind: 'tuple', items: [pop(), second, third] });
        break;
      }
      case opcode.emptyList:
        stack.push({ kind: 'list', items: [] });
        break;
      case opcode.list:
        stack.push({ kind: 'list', items: sinceMark() });
        break;
      case opcode.append: {
        const item = pop();
        extend(peek(), [item]);
        break;
      }
      case opcode.appends: {
        const items = sinceMark();
        extend(peek(), items);
        break;
      }
      case opcode.emptyDict:
        stack.push({ kind: 'dict', entries: new Map() });
        break;
      case opcode.dict: {
        const items = sinceMark();
        stack.push({ kind: 'dict', entries: new Map() });
        fill(peek(), items);
        break;
      }
      case opcode.setItem: {
        const value = pop();
        const key = pop();
        fill(peek(), [key, value]);
        break;
      }
      case opcode.setItems: {
        const items = sinceMark();
        fill(peek(), items);
        break;
      }
      case opcode.put:
        remember(view.getUint8(take(1)));
        break;
      case opcode.longPut:
        remember(view.getUint32(take(4), true));
        break;
      case opcode.memoize:
        remember(memo.size);
        break;
      case opcode.get:
        recall(view.getUint8(take(1)));
        break;
      case opcode.longGet:
        recall(view.getUint32(take(4), true));
        break;
      case opcode.global: {
        const module = line();
        pushGlobal(`${module}.${line()}`);
        break;
      }
      case opcode.stackGlobal: {
        const name = pop();
        const module = pop();
        if (typeof name !== 'string' || typeof module !== 'string') damaged('refers to a name that is not a text');
        pushGlobal(`${module}.${name}`);
        break;
      }
      case opcode.persistent: {
        const id = pop();
        onPersistent?.(id);
        stack.push({ kind: 'persistent', id });
        break;
      }
      case opcode.reduce:
        reduce();
        break;
      case opcode.build:
        // Attributes of a dict (PyTorch keeps its `_metadata` so) say nothing about the weights.
        pop();
        if (stack.length === 0) damaged('sets attributes of nothing');
        break;
      default: {
        at--;
        const name = objectOpcodes.get(code);
        if (name === undefined) return damaged(`has the opcode 0x${code.toString(16)}, which no checkpoint needs`);
        return fail(
          'checkpoint',
          `${file} makes an object by the opcode ${name} at byte ${at} of its pickle: a checkpoint of weights needs only tensors, so it was refused and nothing in it was executed. Use the model's .safetensors files.`,
        );
      }
    }
  }
}
