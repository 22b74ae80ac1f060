/**
 * ONNX Runtime on Windows hands its reports to the system's event tracing (provider Microsoft.ML.ONNXRuntime), from
 * where the system may send them to its maker. No environment variable keeps it from that: a function of its C API does
 * (`OrtApi::DisableTelemetryEvents`), which onnxruntime-node does not pass on.
 */
import { fail, failureOf } from '../../core/failure.ts';

/** The first version of the C API has the function already; later ones only append. */
const apiVersion = 1;
/** Place of `DisableTelemetryEvents` among the functions of `OrtApi`, after `EnableTelemetryEvents`. */
const disableTelemetryEvents = 6;

/**
 * Switches the events off for this process. To be called before the first session: the library tells of a process when
 * it makes its environment. `library`: the file of ONNX Runtime itself, which onnxruntime-node loads too.
 * @throws FailureError (`library`) where that fails: without it the library is not to be used
 */
export async function disableEvents(library: string): Promise<void> {
  try {
    const { default: koffi } = await import('koffi');
    const apiBase: unknown = koffi.load(library).func('void *OrtGetApiBase()')();
    const [getApi]: readonly unknown[] = koffi.decode(apiBase, koffi.array('void *', 1));
    const api: unknown = koffi.call(getApi, koffi.proto('void *OrtGetApi(uint32_t version)'), apiVersion);
    const functions: readonly unknown[] = koffi.decode(api, koffi.array('void *', disableTelemetryEvents + 1));
    // It takes an environment and does not look at it: the events belong to the process.
    const status: unknown = koffi.call(
      functions[disableTelemetryEvents],
      koffi.proto('void *OrtDisableTelemetryEvents(const void *environment)'),
      null,
    );
    if (status !== null) throw new Error('the library refused it');
  } catch (error) {
    const why = failureOf(error).message;
    fail('library', `The reports of ONNX Runtime could not be switched off (${why}). Run \`npm ci\` again.`);
  }
}
