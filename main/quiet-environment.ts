/**
 * The environment in which the libraries of this app report to nobody. It goes to every child process (child-node.ts)
 * and is set before ONNX Runtime is loaded (training/onnx-runtime.ts); docs/privacy.md says what each is for.
 */

export const quietEnvironment: Readonly<Record<string, string>> = {
  /** Linux and macOS: no uploader, no device id, no database in the cache folder. Read once, when the library starts. */
  ORT_DISABLE_TELEMETRY: '1',
};
