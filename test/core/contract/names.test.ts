// Names and paths in the parameters of every call: what the system takes for another name, or for none, is one sentence.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toContractFailure } from '../../../core/contract/failure.ts';
import { calls } from '../../../core/contract.ts';
import { pathSchema } from '../../../core/names.ts';

/** Texts that name nothing: words to look for, a server's key. */
const freeTexts = new Set(['runs.candidates search', 'models.served key']);

function bare(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return bare(schema.unwrap());
  }
  return schema;
}

/** Every text among the parameters of a call. */
const texts = Object.entries(calls).flatMap(([name, { params }]) =>
  Object.entries(params.shape).flatMap(([field, schema]): [string, string, z.ZodType][] =>
    bare(schema) instanceof z.ZodString && !freeTexts.has(`${name} ${field}`) ? [[name, field, schema]] : [],
  ),
);

function sentence(schema: z.ZodType, field: string, value: string): string {
  const { error } = z.object({ [field]: schema }).safeParse({ [field]: value });
  return error === undefined ? 'accepted' : toContractFailure(error).message;
}

describe('names and paths of every call', () => {
  it('are found in the table of calls', () => {
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.map(([name]) => name)).toEqual(expect.arrayContaining(['runs.get', 'runs.export', 'search.start']));
  });

  it.each(texts)('%s: %s', (_name, field, schema) => {
    for (const value of ['a\0', '\0', '/runs/a\0/../b']) {
      expect(sentence(schema, field, value)).toMatch(
        /^\w+: (no name or path holds a NUL character|letters, digits)[^\n]*\.$/,
      );
    }
    for (const value of ['a'.repeat(200_000), '/a'.repeat(3000)]) {
      const said = sentence(schema, field, value);
      expect(said).toMatch(
        /^\w+: (this is too long: a name or path here has at most [\d,]+ characters|letters, digits)/,
      );
      expect(said).not.toContain('\n');
      expect(said.length).toBeLessThan(300);
    }
    expect(sentence(schema, field, '')).toMatch(/^\w+: (give a name or a path: this is empty|letters, digits)/);
  });
});

describe('a path', () => {
  const said = (path: string): string => sentence(pathSchema, 'path', path);

  it('has parts that a system can have made, and may be as long as one', () => {
    expect(said(`/${'a'.repeat(255)}/${'b'.repeat(255)}`)).toBe('accepted');
    expect(said(`C:\\${'a'.repeat(255)}\\b`)).toBe('accepted');
    expect(said(`/runs/${'a'.repeat(256)}/run.sqlite`)).toMatch(
      /^path: a part of this path is too long: .* 255 characters\.$/,
    );
    expect(said('a'.repeat(256))).toMatch(/a part of this path is too long/);
    expect(said('/a'.repeat(2048))).toBe('accepted');
  });
});
