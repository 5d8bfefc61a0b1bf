import type { z } from 'zod';
import { JournalError } from './errors.ts';

function unreadable(cause: unknown): JournalError {
  return new JournalError('database-damaged', { what: 'unreadable' }, { cause });
}

/** A value out of the database. Rows are ours, but the disk is not: one without its shape is `database-damaged`. */
export function stored<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error);
}

/** The same of JSON text that is kept in the database. */
export function storedJson<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
  return stored(schema, value);
}
