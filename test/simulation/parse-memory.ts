import type { z } from 'zod';
import { campaignPackSchema } from '../../src/contract/campaign/pack.ts';
import { envelopeSchema } from '../../src/contract/clearing/envelope.ts';
import { acknowledgementSchema, feedSchema, keyRingSchema } from '../../src/contract/clearing/protocol.ts';
import { BODY_SCHEMAS, entrySchema } from '../../src/contract/journal/entry.ts';

/**
 * The same text is read by the counter, at each of its starts, by clearing and by the oracle. What a text parses to,
 * and what a schema makes of that, are pure functions: remembered, and frozen, so that nobody can change what
 * another one reads.
 */
const MOST_REMEMBERED = 2000;
/** Below it, looking up is not faster than parsing. */
const SHORTEST_TEXT = 64;

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) frozen(each);
  return value;
}

function rememberTexts(): void {
  const parse = JSON.parse.bind(JSON);
  const known = new Map<string, unknown>();
  JSON.parse = (text: string, reviver?: Parameters<typeof JSON.parse>[1]): unknown => {
    if (reviver !== undefined || typeof text !== 'string' || text.length < SHORTEST_TEXT)
      return parse(text, reviver) as unknown;
    const before = known.get(text);
    if (before !== undefined) return before;
    const value: unknown = frozen(parse(text) as unknown);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, value);
    return value;
  };
}

/** Only what is frozen is remembered: it can't have changed since. */
function rememberAnswers(schema: z.ZodType): void {
  const parse = schema.safeParse.bind(schema);
  const known = new WeakMap<object, ReturnType<typeof parse>>();
  const safeParse = (value: unknown): ReturnType<typeof parse> => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return parse(value);
    let answer = known.get(value);
    if (answer === undefined) {
      answer = parse(value);
      frozen(answer.data);
      known.set(value, answer);
    }
    return answer;
  };
  schema.safeParse = safeParse;
  schema.parse = (value) => {
    const answer = safeParse(value);
    if (!answer.success) throw answer.error;
    return answer.data;
  };
}

let remembers = false;

/** From now on in this thread; calling it again does nothing. */
export function rememberParsing(): void {
  if (remembers) return;
  remembers = true;
  rememberTexts();
  const schemas: readonly z.ZodType[] = [
    envelopeSchema,
    entrySchema,
    feedSchema,
    acknowledgementSchema,
    keyRingSchema,
    campaignPackSchema,
    ...Object.values(BODY_SCHEMAS),
  ];
  for (const schema of schemas) rememberAnswers(schema);
}
