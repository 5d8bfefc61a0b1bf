import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Clearing, createClearing } from './create-clearing.ts';
import { demoPack, type DemoSeed, seedDemo } from './demo.ts';
import { forgetNonces } from './http/signed-request.ts';
import { createServer } from './http/server.ts';
import { loadKeys } from './keys/keys.ts';
import { createOperator, ROLES } from './operator/operators.ts';
import { openPostgres, openSqlite, type Storage } from './storage/storage.ts';

const FORGET_EVERY_MS = 30_000;

const USAGE = `usage: npm run clearing -- --data DIR [--port N] [--host ADDRESS] [--database postgres://…]
       [--keys FILE] [--pack FILE]… [--log-level LEVEL] [--seed-demo]`;

async function openStorage(data: string, database: string | undefined): Promise<Storage> {
  return database === undefined ? openSqlite(join(data, 'clearing.sqlite')) : openPostgres(database);
}

/** The first operator has every role; the token is kept in a file that only its owner may read. */
async function ensureFirstOperator(clearing: Clearing, file: string): Promise<void> {
  const { db } = clearing.context.storage;
  const known = await db.selectFrom('operators').select('id').limit(1).executeTakeFirst();
  if (known !== undefined || existsSync(file)) return;
  const { token } = await createOperator(clearing.context, {
    id: 'operator',
    name: 'First operator',
    roles: ROLES,
  });
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '8787' },
      host: { type: 'string', default: '127.0.0.1' },
      database: { type: 'string' },
      keys: { type: 'string' },
      pack: { type: 'string', multiple: true, default: [] },
      'log-level': { type: 'string', default: 'warn' },
      'seed-demo': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { data } = values;
  const port = Number(values.port);
  if (values.help || data === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  mkdirSync(data, { recursive: true, mode: 0o700 });
  // Standard output carries one line only: where clearing listens.
  const logger = pino({ level: values['log-level'] }, pino.destination(2));
  const storage = await openStorage(data, values.database);
  const keys = loadKeys(values.keys ?? join(data, 'keys.json'));
  const packs = values.pack.map((file): unknown => JSON.parse(readFileSync(file, 'utf8')));
  if (values['seed-demo']) packs.push(demoPack(Date.now()));
  const clearing = await createClearing({ storage, keys, ...(packs.length === 0 ? {} : { packs }) });
  const tokenFile = join(data, 'operator-token');
  await ensureFirstOperator(clearing, tokenFile);
  const demo: DemoSeed | null = values['seed-demo'] ? await seedDemo(clearing.context) : null;
  const server = await createServer(clearing, { logger });
  const sweep = setInterval(() => {
    forgetNonces(clearing.context).catch((error: unknown) => {
      logger.error({ err: error }, 'could not forget old nonces');
    });
  }, FORGET_EVERY_MS);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    clearInterval(sweep);
    await server.close();
    await clearing.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  const listening = await server.listen({ port, host: values.host });
  process.stdout.write(
    `${JSON.stringify({ listening, operatorTokenFile: tokenFile, ...(demo === null ? {} : { demo }) })}\n`,
  );
}

await main();
