import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Clearing, createClearing } from './create-clearing.ts';
import { demoPack, type DemoSeed, seedDemo } from './demo.ts';
import { forgetNonces } from './http/signed-request.ts';
import { createServer, type TlsFiles } from './http/server.ts';
import { addIssuerKey, loadKeys } from './keys/keys.ts';
import { createOperator, ROLES } from './operator/operators.ts';
import { closeDueDays } from './settlement/close-due.ts';
import { openPostgres, openSqlite, type Storage } from './storage/storage.ts';

const FORGET_EVERY_MS = 30_000;
const CLOSE_EVERY_MS = 60_000;

const LOOK_FOR_SHELL_EVERY_MS = 500;

/** Arguments are seen by every user of a machine, a variable only by the process's own. */
const DATABASE_VARIABLE = 'CLEARING_DATABASE';

const USAGE = `usage: npm run clearing -- --data DIR [--port N] [--host ADDRESS] [--database postgres://…]
       [--keys FILE] [--pack FILE]… [--log-level LEVEL] [--page DIR] [--close-days] [--seed-demo]
       [--tls-cert FILE --tls-key FILE [--tls-client-ca FILE]]
The operator's page is served under /operator/, from out/operator unless --page names another folder.
--close-days closes each settlement day half an hour after it is over in every store; without it, operators do.
--seed-demo is for one node alone.
--add-issuer-key puts a new issuer key into the key file and ends; each node issues under it from its next start on.
The address of a PostgreSQL database may also come in the environment variable ${DATABASE_VARIABLE}, where other
users of the machine don't see its password. Several nodes of one database need the same key file.`;

/** The PEM files of `--tls-…`; null without them. Throws where only one of certificate and key is given. */
function readTls(cert?: string, key?: string, clientCa?: string): TlsFiles | null {
  if (cert === undefined && key === undefined && clientCa === undefined) return null;
  if (cert === undefined || key === undefined) throw new Error('--tls-cert and --tls-key go together');
  const read = (file: string): string => readFileSync(file, 'utf8');
  return { cert: read(cert), key: read(key), clientCa: clientCa === undefined ? null : read(clientCa) };
}

async function openStorage(data: string, database: string | undefined): Promise<Storage> {
  return database === undefined || database === ''
    ? openSqlite(join(data, 'clearing.sqlite'))
    : openPostgres(database);
}

/**
 * The first operator has every role; the token is kept in a file that only its owner may read, beside the node
 * that made it.
 */
async function ensureFirstOperator(clearing: Clearing, file: string): Promise<void> {
  if ((await hasOperators(clearing)) || existsSync(file)) return;
  const first = { id: 'operator', name: 'First operator', roles: ROLES };
  const made = await createOperator(clearing.context, first).catch(async (error: unknown) => {
    // Another node that starts now was first.
    if (await hasOperators(clearing)) return null;
    throw error;
  });
  if (made !== null) writeFileSync(file, `${made.token}\n`, { mode: 0o600, flag: 'wx' });
}

async function hasOperators(clearing: Clearing): Promise<boolean> {
  const { db } = clearing.context.storage;
  return (await db.selectFrom('operators').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/**
 * Under `npm run clearing` there are npm and a shell above this process. npm hands a signal on to the shell alone,
 * and that ends without telling anybody: this process gets another parent, and stops as it would by the signal.
 */
function watchShell(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'clearing') return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) stop();
  }, LOOK_FOR_SHELL_EVERY_MS).unref();
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
      page: { type: 'string', default: join(import.meta.dirname, '../../out/operator') },
      'add-issuer-key': { type: 'boolean', default: false },
      'close-days': { type: 'boolean', default: false },
      'seed-demo': { type: 'boolean', default: false },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-client-ca': { type: 'string' },
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
  const keyFile = values.keys ?? join(data, 'keys.json');
  if (values['add-issuer-key']) {
    process.stdout.write(`${JSON.stringify({ issuerKey: addIssuerKey(keyFile) })}\n`);
    return;
  }
  const storage = await openStorage(data, values.database ?? process.env[DATABASE_VARIABLE]);
  const keys = loadKeys(keyFile);
  const packs = values.pack.map((file): unknown => JSON.parse(readFileSync(file, 'utf8')));
  if (values['seed-demo']) packs.push(demoPack(Date.now()));
  const clearing = await createClearing({ storage, keys, ...(packs.length === 0 ? {} : { packs }) });
  const tokenFile = join(data, 'operator-token');
  await ensureFirstOperator(clearing, tokenFile);
  const demo: DemoSeed | null = values['seed-demo'] ? await seedDemo(clearing.context) : null;
  const tls = readTls(values['tls-cert'], values['tls-key'], values['tls-client-ca']);
  const server = await createServer(clearing, {
    logger,
    pageFolder: values.page,
    ...(tls === null ? {} : { tls }),
  });
  const sweep = setInterval(() => {
    forgetNonces(clearing.context).catch((error: unknown) => {
      logger.error({ err: error }, 'could not forget old nonces');
    });
  }, FORGET_EVERY_MS);
  const closeDays = async (): Promise<void> => {
    try {
      for (const day of await closeDueDays(clearing.context)) logger.info({ day }, 'settlement day closed');
    } catch (error) {
      logger.error({ err: error }, 'a settlement day could not be closed');
    }
  };
  const closing = values['close-days'] ? setInterval(() => void closeDays(), CLOSE_EVERY_MS) : undefined;
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    clearInterval(sweep);
    clearInterval(closing);
    await server.close();
    await clearing.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  watchShell(() => void stop());
  const plain = await server.listen({ port, host: values.host });
  const listening = tls === null ? plain : plain.replace(/^http:/, 'https:');
  // The first terminal with a long queue shall not wait until they are there.
  clearing.warmUp();
  process.stdout.write(
    `${JSON.stringify({ listening, operatorTokenFile: tokenFile, ...(demo === null ? {} : { demo }) })}\n`,
  );
}

await main();
