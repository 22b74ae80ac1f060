/** Arguments of a network's constructor as JSON text, which keeps 1.0 apart from 1. */
import { PythonFloat } from '../interpreter.ts';

function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The text that `parseArguments` reads as these values. */
export function argumentsText(value: unknown): string {
  if (value instanceof PythonFloat) return floatText(value.value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(argumentsText).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${argumentsText(each)}`);
  return `{${entries.join(', ')}}`;
}
