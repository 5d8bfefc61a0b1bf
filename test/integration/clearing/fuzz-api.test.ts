import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { apiErrorSchema } from '../../../src/contract/clearing/protocol.ts';
import { signRequest } from '../../../src/contract/clearing/http-signature.ts';
import { canonicalJson, type CanonicalValue } from '../../../src/contract/journal/canonical.ts';
import { BODY_SCHEMAS, NO_HASH } from '../../../src/contract/journal/entry.ts';
import { ENTRY_KINDS } from '../../../src/domain/entry-kinds.ts';
import { sealEntry } from '../../../src/contract/journal/seal.ts';
import { makeRandom } from '../../fuzz/random.ts';
import { createWorld, NOON, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';
import { type JsonSchema, jsonSchemaSchema, type ValueSource, valueOf } from '../../support/schema-values.ts';

/** Requests for each operation of the document: some three thousand in all on SQLite, fewer on the slower engine. */
const ROUNDS = { sqlite: 45, postgres: 10 };
const BATCHES = { sqlite: 150, postgres: 30 };
const SEED = 20_230_610;

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  schema: jsonSchemaSchema,
});
const operationSchema = z.object({
  tags: z.array(z.string()).optional(),
  parameters: z.array(parameterSchema).optional(),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: jsonSchemaSchema }) }) })
    .optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.enum(['get', 'post']), operationSchema.optional())),
  components: z.object({ schemas: z.record(z.string(), jsonSchemaSchema) }),
});

async function knownTexts(world: World): Promise<[string, ...string[]]> {
  const storeId = await world.store('supermarket');
  const terminal = await world.terminal(storeId);
  const { voucher, phone } = await world.voucher({ kind: 'supermarket-20' });
  terminal.redeem({ evidence: phone.evidence(NOON), atMs: NOON, amountFen: 10_000, discountFen: 2000 });
  await terminal.send();
  const held = terminal.redeem({
    evidence: phone.evidence(NOON),
    atMs: NOON,
    amountFen: 1,
    discountFen: 1,
    changes: { packVersion: 9 },
  });
  await terminal.send();
  const { hash } = held;
  return [
    storeId,
    ...[terminal.terminalId, world.operator.id, world.second.id, hash, voucher.grant, phone.publicKey],
    ...[
      'supermarket-20',
      'catering-40',
      'supermarket',
      '2023-06-10',
      '2023-06-09',
      '2024-02-29',
      '1',
      '2',
      'ann',
    ],
    ...[
      'A'.repeat(43),
      'A'.repeat(44),
      'A'.repeat(86),
      'f'.repeat(64),
      NO_HASH,
      '6212345678901234567',
      'n-1',
      'zh',
    ],
  ];
}

function sourceOf(
  schemas: Readonly<Record<string, JsonSchema>>,
  known: [string, ...string[]],
  seed: number,
): ValueSource {
  const resolve = (ref: string): JsonSchema => {
    const schema = schemas[ref.replace('#/components/schemas/', '')];
    if (schema === undefined) throw new Error(`the document names ${ref} and does not have it`);
    return schema;
  };
  return { random: makeRandom(seed), resolve, known };
}

/** What stands for a body: mostly JSON of the schema, sometimes nothing that can be read. */
function bodyText(schema: JsonSchema, source: ValueSource): string {
  const text = JSON.stringify(valueOf(schema, source));
  switch (source.random.below(60)) {
    case 0:
      return text.slice(0, source.random.below(text.length + 1));
    case 1:
      return '['.repeat(20_000);
    case 2:
      return `${text}\u0000`;
    default:
      return text;
  }
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** What is wrong with an answer: a fault, or a refusal without its code. */
function problemOf({ statusCode, body }: Answer): string | null {
  if (statusCode >= 500) return `${String(statusCode)} ${body}`;
  if (statusCode < 400) return null;
  const parsed = z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(apiErrorSchema)
    .safeParse(body);
  return parsed.success && parsed.data.error !== 'internal'
    ? null
    : `${String(statusCode)} without a code: ${body}`;
}

onEachEngine((engine) => {
  it('no request that the document allows, or nearly allows, is answered with a fault', async () => {
    const world = await createWorld({ storage: await engine.open() });
    const storeId = await world.store('supermarket');
    const terminal = await world.terminal(storeId, '2');
    const { paths, components } = documentSchema.parse(world.server.swagger());
    const source = sourceOf(components.schemas, await knownTexts(world), SEED);
    const { random } = source;
    const problems: string[] = [];
    const answered = new Map<number, number>();
    for (let round = 0; round < ROUNDS[engine.name]; round += 1) {
      for (const [path, operations] of Object.entries(paths)) {
        for (const [method, operation] of Object.entries(operations)) {
          if (operation === undefined) continue;
          const query = new URLSearchParams();
          let url = path;
          for (const { name, in: where, schema } of operation.parameters ?? []) {
            const value = valueOf(schema, source, 12);
            const text = typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
            if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text));
            else if (where === 'query' && random.below(2) === 0) query.set(name, text);
          }
          const schema = operation.requestBody?.content['application/json'].schema;
          const payload = schema === undefined ? '' : bodyText(schema, source);
          const isSigned = operation.tags?.includes('terminal') === true;
          const headers: Record<string, string> = isSigned
            ? {
                ...signRequest(
                  {
                    method: 'POST',
                    path: url,
                    body: Buffer.from(payload),
                    createdS: Math.floor(world.now() / 1000),
                    nonce: randomBytes(16).toString('base64url'),
                    keyId: terminal.terminalId,
                  },
                  terminal.key,
                ),
              }
            : {
                authorization: `Bearer ${random.below(5) === 0 ? world.tokens.second : world.tokens.operator}`,
              };
          const answer = await world.server.inject({
            method: method === 'get' ? 'GET' : 'POST',
            url: query.size === 0 ? url : `${url}?${query.toString()}`,
            headers: { ...headers, ...(payload === '' ? {} : { 'content-type': 'application/json' }) },
            ...(payload === '' ? {} : { payload }),
          });
          answered.set(answer.statusCode, (answered.get(answer.statusCode) ?? 0) + 1);
          const problem = problemOf(answer);
          if (problem !== null) problems.push(`${method} ${url} ${payload.slice(0, 300)}: ${problem}`);
        }
      }
    }
    expect(problems).toEqual([]);
    // It went past the gate: a good part was answered, and refused for what it says.
    expect(answered.get(200)).toBeGreaterThan(ROUNDS[engine.name] * 5);
    expect(answered.get(404)).toBeGreaterThan(ROUNDS[engine.name]);
    await world.close();
  });

  it('whatever a terminal signs into its journal gets one verdict for each entry, and the same one again', async () => {
    const world = await createWorld({ storage: await engine.open() });
    const terminal = await world.terminal(await world.store('supermarket'), '2');
    await terminal.send();
    const bodies = ENTRY_KINDS.map((kind) => ({
      kind,
      schema: jsonSchemaSchema.parse(z.toJSONSchema(BODY_SCHEMAS[kind], { io: 'input' })),
    }));
    const [first, ...others] = bodies;
    if (first === undefined) throw new Error('a journal without kinds');
    const source = sourceOf({}, await knownTexts(world), SEED + 1);
    const { random } = source;
    const verdicts = new Set<string>();
    for (let batch = 0; batch < BATCHES[engine.name]; batch += 1) {
      const entries = Array.from({ length: 1 + random.below(4) }, () => {
        const { kind, schema } = random.pick([first, ...others]);
        const value = valueOf(schema, source, 60);
        let body: string;
        try {
          body = canonicalJson(value as CanonicalValue);
        } catch {
          body = JSON.stringify(value);
        }
        if (body.length < 2 || body.length > 16_000) body = '{}';
        const atMs = world.now() + (random.below(20) === 0 ? 10 ** 12 : random.below(1000));
        // Now and then it claims a place that is taken, or one far ahead.
        const at = random.pick([0, 100_000, ...Array.from({ length: 30 }, () => 1)]);
        const { terminalId, epoch, lastHash: prev } = terminal;
        const entry = sealEntry(
          { terminalId, epoch, seq: terminal.seq + at, kind, atMs, body, prev },
          terminal.key,
        );
        if (at === 1) {
          terminal.seq = entry.seq;
          terminal.lastHash = entry.hash;
        }
        return entry;
      });
      const once = await terminal.send(entries);
      expect(once.verdicts.map(({ hash }) => hash)).toEqual(entries.map(({ hash }) => hash));
      for (const { verdict, reason } of once.verdicts) verdicts.add(reason ?? verdict);
      expect((await terminal.send(entries)).verdicts).toEqual(once.verdicts);
    }
    expect(verdicts.size).toBeGreaterThan(3);
    expect(verdicts).toContain('recorded');
    await world.close();
  });
});
