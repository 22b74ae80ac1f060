/**
 * ONNX Runtime sessions of our own graphs (onnxruntime-node), on a device of the table. Inputs are checked before each run, because a wrong
 * count or size can end the whole process; `run` blocks the thread.
 */
import type { EvaluationGraph, GradientGraph, GraphTensor, TrainingGraph } from '../../core/autodiff/graph.ts';
import { fail, failureOf } from '../../core/failure.ts';
import { elementCount, sameShape, showShape, type Tensor } from '../../core/tensors/tensor.ts';
import { automaticDevice, devices } from '../../core/training/devices/table.ts';
import type { SessionSettings } from './messages.ts';
import { onnxRuntime, type RuntimeSession, type RuntimeSessionOptions, type RuntimeTensor } from './onnx-runtime.ts';

export type AnyGraph = TrainingGraph | EvaluationGraph | GradientGraph;

/** A tensor in ONNX Runtime's hands: fed again without copying. */
export type SessionTensor = RuntimeTensor;

export type Feeds = Map<string, SessionTensor>;

export interface GraphSession {
  /** Outputs by name. @throws FailureError `internal` when an input is missing or misshaped. */
  run(feeds: ReadonlyMap<string, SessionTensor>): Promise<ReadonlyMap<string, SessionTensor>>;
  /** Frees the session: without it each one leaks megabytes. */
  release(): Promise<void>;
}

export function sessionTensor(tensor: Tensor): SessionTensor {
  return new onnxRuntime.Tensor(tensor.type, tensor.data, tensor.shape);
}

/** The values of a tensor that a session returned; only the types our graphs yield. */
export function plainTensor(tensor: SessionTensor): Tensor {
  const { data } = tensor;
  const shape = [...tensor.dims];
  if (data instanceof Float32Array) return { type: 'float32', shape, data };
  if (data instanceof BigInt64Array) return { type: 'int64', shape, data };
  if (data instanceof Int32Array) return { type: 'int32', shape, data };
  fail('internal', `A session returned a tensor of type ${tensor.type}, which no graph of ours yields.`);
}

/** The number in a scalar float32 output. */
export function scalarOf(outputs: ReadonlyMap<string, SessionTensor>, name: string): number {
  const data = outputs.get(name)?.data;
  if (!(data instanceof Float32Array) || data[0] === undefined) {
    fail('internal', `The graph's output ${name} is not a float32 scalar.`);
  }
  return data[0];
}

function checkFeed(input: GraphTensor, tensor: SessionTensor | undefined): void {
  if (tensor === undefined) fail('internal', `The graph's input ${input.name} was not fed.`);
  if (tensor.type !== input.type || !sameShape(tensor.dims, input.shape) || tensor.size !== elementCount(input.shape)) {
    fail(
      'internal',
      `The graph's input ${input.name} is ${input.type} ${showShape(input.shape)}; ` +
        `it was fed ${tensor.type} ${showShape(tensor.dims)}.`,
    );
  }
}

async function createSession(bytes: Uint8Array, settings: SessionSettings): Promise<RuntimeSession> {
  const device = devices[settings.device];
  const options: RuntimeSessionOptions = {
    executionProviders: [device.provider],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: settings.optimization,
    logSeverityLevel: 3,
  };
  try {
    return await onnxRuntime.InferenceSession.create(bytes, options);
  } catch (error) {
    const why = device.whyMissing(failureOf(error).message);
    if (why === null) throw error;
    return fail('device', `${why}. It needs ${device.needs}. Install that, or use --device ${automaticDevice}.`);
  }
}

/**
 * Makes a session; costs 2 to 60 ms on the CPU, more where a GPU compiles its programs.
 * @throws FailureError `device` where the device is not there
 */
export async function openSession(graph: AnyGraph, settings: SessionSettings): Promise<GraphSession> {
  const session = await createSession(graph.bytes, settings);
  return {
    async run(feeds) {
      const checked: Record<string, SessionTensor> = {};
      for (const input of graph.inputs) {
        const tensor = feeds.get(input.name);
        checkFeed(input, tensor);
        if (tensor !== undefined) checked[input.name] = tensor;
      }
      const outputs = await session.run(checked);
      return new Map(Object.entries(outputs));
    },
    release: () => session.release(),
  };
}
