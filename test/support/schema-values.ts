import { z } from 'zod';
import type { Random } from '../fuzz/random.ts';

/** The part of JSON Schema 2020-12 that our documents use. */
export type JsonSchema = z.infer<typeof baseSchema> & {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly additionalProperties?: JsonSchema | boolean | undefined;
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly oneOf?: readonly JsonSchema[] | undefined;
};
const baseSchema = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
});
export const jsonSchemaSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  baseSchema.extend({
    properties: z.record(z.string(), jsonSchemaSchema).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchemaSchema]).optional(),
    items: jsonSchemaSchema.optional(),
    anyOf: z.array(jsonSchemaSchema).optional(),
    oneOf: z.array(jsonSchemaSchema).optional(),
  }),
);

export interface ValueSource {
  readonly random: Random;
  readonly resolve: (ref: string) => JsonSchema;
  /** Texts that mean something to the server: ids, days, keys, names. */
  readonly known: readonly [string, ...string[]];
}

/** What nobody expects, of every type. */
const ODD: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 31) - 1,
  1e308,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '𠮷'.repeat(40),
  'a'.repeat(5000),
  "'; drop table entries; --",
  '%_\\',
  '../../etc/passwd',
  '9999999999999999999999',
  '2023-02-30',
  '0000-00-00',
  [],
  {},
  { __proto__: null, constructor: 'x' },
  [[[[[[[[1]]]]]]]],
];

const MAX_DEPTH = 6;
const chance = ({ random }: ValueSource, oneIn: number): boolean => random.below(oneIn) === 0;

/** A value that mostly fits a schema; `oneIn` parts of it don't. */
export function valueOf(schema: JsonSchema, source: ValueSource, oneIn = 25, depth = 0): unknown {
  const { random } = source;
  if (chance(source, oneIn) || depth > MAX_DEPTH) return random.pick(ODD);
  if (schema.$ref !== undefined) return valueOf(source.resolve(schema.$ref), source, oneIn, depth);
  if (schema.const !== undefined) return schema.const;
  const [firstChoice, ...choices] = schema.enum ?? [];
  if (firstChoice !== undefined) return random.pick([firstChoice, ...choices]);
  const [first, ...others] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return valueOf(random.pick([first, ...others]), source, oneIn, depth);
  const [type, ...types] = typeof schema.type === 'object' ? schema.type : [schema.type ?? 'object'];
  switch (type === undefined ? 'null' : random.pick([type, ...types])) {
    case 'object':
      return objectOf(schema, source, oneIn, depth);
    case 'array':
      return arrayOf(schema, source, oneIn, depth);
    case 'string':
      return textOf(schema, source);
    case 'integer':
    case 'number':
      return numberOf(schema, source);
    case 'boolean':
      return random.below(2) === 0;
    default:
      return null;
  }
}

function objectOf(schema: JsonSchema, source: ValueSource, oneIn: number, depth: number): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(name) === true;
    if (isRequired ? chance(source, oneIn * 3) : source.random.below(2) === 0) continue;
    made[name] = valueOf(member, source, oneIn, depth + 1);
  }
  if (typeof schema.additionalProperties === 'object')
    for (let count = source.random.below(3); count > 0; count -= 1)
      made[source.random.pick(source.known)] = valueOf(schema.additionalProperties, source, oneIn, depth + 1);
  if (chance(source, oneIn * 3))
    made[source.random.pick(['__proto__', 'extra', ''])] = source.random.pick(ODD);
  return made;
}

function arrayOf(schema: JsonSchema, source: ValueSource, oneIn: number, depth: number): unknown {
  const { minItems = 0, maxItems = 5 } = schema;
  const count = Math.min(maxItems, minItems + source.random.below(3));
  return Array.from({ length: count }, () => valueOf(schema.items ?? {}, source, oneIn, depth + 1));
}

function textOf({ pattern, minLength = 0, maxLength = 60 }: JsonSchema, source: ValueSource): string {
  const shape = pattern === undefined ? null : new RegExp(pattern);
  const fits = source.known.filter(
    (text) => text.length >= minLength && text.length <= maxLength && shape?.test(text) !== false,
  );
  const [first, ...rest] = fits;
  if (first !== undefined && !chance(source, 4)) return source.random.pick([first, ...rest]);
  const length = Math.min(maxLength, minLength + source.random.below(12));
  return Buffer.from(source.random.bytes(length)).toString('base64url').slice(0, length);
}

function numberOf({ minimum = -1000, maximum = 1e9 }: JsonSchema, { random }: ValueSource): number {
  switch (random.below(4)) {
    case 0:
      return minimum;
    case 1:
      return maximum;
    default:
      return Math.min(maximum, Math.max(minimum, random.below(20)));
  }
}
