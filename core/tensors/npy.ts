/** NumPy's .npy files, versions 1 to 3 (numpy.lib.format): one array each. What is written is what numpy.save writes. */
import { fail } from '../failure.ts';
import {
  bytesOfTensor,
  elementBytes,
  elementCount,
  showShape,
  type Tensor,
  type TensorType,
  tensorOfBytes,
} from './tensor.ts';
import { encodeUtf8 } from './utf8.ts';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const typeOfDescriptor: Readonly<Record<string, TensorType>> = {
  '<f4': 'float32',
  '<f8': 'float64',
  '<i8': 'int64',
  '<i4': 'int32',
  '|i1': 'int8',
  '|u1': 'uint8',
};

const descriptorOfType: { readonly [T in TensorType]: string } = {
  float32: '<f4',
  float64: '<f8',
  int64: '<i8',
  int32: '<i4',
  int8: '|i1',
  uint8: '|u1',
};

function damaged(what: string): never {
  fail('file', `Not a sound .npy file: ${what}. Save the array again with numpy.save.`);
}

interface Header {
  readonly descriptor: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  readonly dataStart: number;
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.byteLength < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    damaged('it does not begin with \\x93NUMPY');
  }
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) damaged(`its format version is ${version}; 1, 2 and 3 are known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textStart = version === 1 ? 10 : 12;
  if (bytes.byteLength < textStart) damaged('it ends inside its header');
  const dataStart = textStart + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataStart > bytes.byteLength) {
    damaged(`its header should end at byte ${dataStart}, but the file ends at ${bytes.byteLength}`);
  }
  const text = String.fromCharCode(...bytes.subarray(textStart, Math.min(dataStart, textStart + 4096)));
  const descriptor = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descriptor === undefined) {
    if (/'descr'\s*:\s*\[/.test(text)) {
      fail('unsupported', 'The .npy file holds records with named fields: save one plain array instead.');
    }
    damaged("its header lacks 'descr'");
  }
  if (order === undefined) damaged("its header lacks 'fortran_order'");
  if (sizes === undefined) damaged("its header lacks 'shape'");
  const shape = sizes
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  return { descriptor, fortranOrder: order === 'True', shape, dataStart };
}

/** From column-major order (first axis fastest) to row-major. */
function toRowMajor(bytes: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const result = new Uint8Array(bytes.byteLength);
  const count = elementCount(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let position = 0; position < count; position++) {
    let source = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) source = source * (shape[axis] ?? 1) + (index[axis] ?? 0);
    result.set(bytes.subarray(source * width, (source + 1) * width), position * width);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next;
      if (next < (shape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return result;
}

/**
 * Reads an array of float32, float64, int64, int32, int8 or uint8, in C or Fortran order, into row-major order.
 * @throws FailureError `file` for a damaged or truncated file; `unsupported` for another element type.
 */
export function readNpy(bytes: Uint8Array): Tensor {
  const { descriptor, fortranOrder, shape, dataStart } = readHeader(bytes);
  const type = typeOfDescriptor[descriptor];
  if (type === undefined) {
    const known = Object.keys(typeOfDescriptor).join(', ');
    fail(
      'unsupported',
      `The .npy file holds elements of type '${descriptor}'; known are ${known}. Convert it, for example with .astype('<f4').`,
    );
  }
  const data = bytes.subarray(dataStart);
  const needed = elementCount(shape) * elementBytes[type];
  if (data.byteLength !== needed) {
    damaged(
      `an array ${showShape(shape)} of '${descriptor}' takes ${needed} bytes, but ${data.byteLength} follow the header`,
    );
  }
  return tensorOfBytes(type, shape, fortranOrder ? toRowMajor(data, shape, elementBytes[type]) : data);
}

/** `(3,)`, `(2, 3)`, `()`: a tuple as Python prints it. */
function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** Writes an array as numpy.save does: version 1, C order, data at a multiple of 64 bytes. */
export function writeNpy(tensor: Tensor): Uint8Array {
  const dictionary = `{'descr': '${descriptorOfType[tensor.type]}', 'fortran_order': False, 'shape': ${tuple(tensor.shape)}, }`;
  // numpy leaves room for the first axis to grow to 21 digits in place, then pads to 64 bytes.
  const room = tensor.shape.length === 0 ? 0 : 21 - String(tensor.shape[0]).length;
  const unpadded = 10 + dictionary.length + room + 1;
  const dataStart = (Math.floor(unpadded / 64) + 1) * 64;
  const header = `${dictionary.padEnd(dataStart - 11, ' ')}\n`;
  const bytes = new Uint8Array(dataStart + tensor.data.byteLength);
  bytes.set(magic, 0);
  bytes.set([1, 0], 6);
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(encodeUtf8(header), 10);
  bytes.set(bytesOfTensor(tensor), dataStart);
  return bytes;
}
