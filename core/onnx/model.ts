/** An ONNX model as plain data, and its bytes: the messages and field numbers of onnx/onnx.proto. */
import { createMessageWriter, type MessageWriter } from './protobuf.ts';

/** Operator set of the default domain that the models are written in (Gelu came with 20). */
const OPSET_VERSION = 20;
/** IR version 9 goes with operator set 20. */
const IR_VERSION = 9;

export type TensorType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool';

/** TensorProto.DataType. */
export const DATA_TYPES: { readonly [T in TensorType]: number } = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] };

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** An empty string leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Little-endian elements. */
  readonly data: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: TensorType;
  /** A number, or the name of a symbolic size. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly description: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

function writeAttribute(writer: MessageWriter, name: string, attribute: Attribute): void {
  writer.text(1, name);
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.integer(3, attribute.value);
      break;
    case 'string':
      writer.text(4, attribute.value);
      break;
    case 'floats':
      for (const value of attribute.value) writer.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.integer(8, value);
      break;
  }
  writer.integer(20, ATTRIBUTE_TYPES[attribute.kind]);
}

function writeNode(writer: MessageWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.name);
  writer.text(4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (nested) => writeAttribute(nested, name, attribute));
  }
}

function writeInitializer(writer: MessageWriter, initializer: OnnxInitializer): void {
  for (const size of initializer.shape) writer.integer(1, size);
  writer.integer(2, DATA_TYPES[initializer.type]);
  writer.text(8, initializer.name);
  writer.bytes(9, initializer.data);
}

function writeValue(writer: MessageWriter, value: OnnxValue): void {
  writer.text(1, value.name);
  writer.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.integer(1, DATA_TYPES[value.type]);
      tensor.message(2, (shape) => {
        for (const size of value.shape) {
          shape.message(1, (dimension) => {
            if (typeof size === 'number') dimension.integer(1, size);
            else dimension.text(2, size);
          });
        }
      });
    });
  });
}

/** The bytes of a ModelProto. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = createMessageWriter();
  writer.integer(1, IR_VERSION);
  writer.text(2, 'LLMatic');
  writer.text(6, model.description);
  writer.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (nested) => writeNode(nested, node));
    graph.text(2, model.name);
    for (const initializer of model.initializers) graph.message(5, (nested) => writeInitializer(nested, initializer));
    for (const input of model.inputs) graph.message(11, (nested) => writeValue(nested, input));
    for (const output of model.outputs) graph.message(12, (nested) => writeValue(nested, output));
  });
  writer.message(8, (opset) => {
    opset.text(1, '');
    opset.integer(2, OPSET_VERSION);
  });
  return writer.finish();
}
