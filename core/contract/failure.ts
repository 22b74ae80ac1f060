/** Failures as they cross a border between a door and the engine: values, never thrown objects. */
import * as z from 'zod';
import { type Failure, FailureError, failureOf } from '../failure.ts';
import { quotedShort } from '../spelling.ts';

export const contractFailureSchema = z.object({
  /** A word of a closed set: that of {@link Failure.kind}, or `message`, `cancelled`, `closed` of the border itself. */
  code: z.string(),
  /** One sentence: what happened, to what, and what to do. */
  message: z.string(),
  /** What a program may want besides: `line` and `column` of a place in a text. */
  data: z.record(z.string(), z.json()),
});

export type ContractFailure = z.infer<typeof contractFailureSchema>;

/** Of what is wrong with parameters, so much is told; more would not be read. */
const issuesTold = 5;
const longestMessage = 2000;

/** A message is read by a person: what is longer is cut, whatever was quoted in it. */
function readable(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}...`;
}

/** `run: no name or path holds a NUL character; surplus: ...` */
function messageOfIssues({ issues }: z.ZodError): string {
  const told = issues.slice(0, issuesTold).map(({ path, message }) => {
    const place = quotedShort(path.map(String).join('.'));
    return place === '' ? message : `${place}: ${message}`;
  });
  return `${told.join('; ')}${issues.length > issuesTold ? `; and ${issues.length - issuesTold} more` : ''}.`;
}

/** Any thrown value as the failure that crosses the border. */
export function toContractFailure(error: unknown): ContractFailure {
  if (error instanceof z.ZodError) return { code: 'input', message: readable(messageOfIssues(error)), data: {} };
  const { kind, message, line, column } = failureOf(error);
  return {
    code: kind,
    message: readable(message),
    data: { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) },
  };
}

/** The same failure on the far side, to be thrown there. */
export function fromContractFailure({ code, message, data }: ContractFailure): FailureError {
  const place = (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
  const line = place(data.line);
  const column = place(data.column);
  const failure: Failure = {
    kind: code,
    message,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  return new FailureError(failure);
}
