import { z } from 'zod';
import { refusalSchema } from '../../src/contract/terminal/refusal.ts';
import type { Refusal, RefusalCode, Refuse } from '../../src/domain/decision.ts';

/** An example of everything that a schema takes: each case of a union, each value of a list, null and not null. */
function examples(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).reduce<readonly object[]>(
      (sofar, [name, of]) => sofar.flatMap((one) => examples(of).map((value) => ({ ...one, [name]: value }))),
      [{}],
    );
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(examples);
  if (schema instanceof z.ZodNullable) return [null, ...examples(schema.unwrap())];
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (schema instanceof z.ZodNumber) return [1_686_376_920_000];
  if (schema instanceof z.ZodString) return ['something'];
  // How an older clearing said it: nothing that is said today.
  if (schema instanceof z.ZodPipe) return [];
  throw new Error('no examples of this schema');
}

/** Every refusal that there is: each code with each of its reasons, and with and without what may be unknown. */
export function everyRefusal(): readonly Refusal[] {
  return examples(refusalSchema).map((example) => refusalSchema.parse(example));
}

const EXAMPLES = new Map(everyRefusal().map((refusal) => [refusal.code, refusal]));

/** A refusal with this code and some parameters, for who looks at nothing but the code. */
export function refusalOf(code: RefusalCode): Refuse {
  const example = EXAMPLES.get(code);
  if (example === undefined) throw new Error(`no example of ${code}`);
  return { verdict: 'refuse', ...example };
}
