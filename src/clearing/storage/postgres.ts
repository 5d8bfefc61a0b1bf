import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { backoffMs } from '../../domain/backoff.ts';

/** Connections of one node: money moves one transaction at a time, so more would only wait. */
const MAX_CONNECTIONS = 10;
/** A node that gets no connection for this long says so, instead of letting a terminal wait for ever. */
const CONNECT_TIMEOUT_MS = 10_000;
/** No statement takes this long; one that does is ended, and its transaction with it. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A node that stops in the middle of a transaction (power cut) holds up the others for at most this long. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

const MAX_TRIES = 5;
/** Between tries: as long as a few transactions take. */
const RETRIES = { firstMs: 20, longestMs: 160 };
/** serialization_failure and deadlock_detected: the server has undone all of the transaction. */
const RETRYABLE = new Set(['40001', '40P01']);

/** Money and times fit into a double exactly; anything beyond, or a fraction, is a broken invariant. */
function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a number that is no exact integer: ${text}`);
  return value;
}

/** `count` gives bigint and the sum of bigints numeric, both as text: numbers here, as on SQLite. */
function exactTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, exactInteger);
  types.setTypeParser(pg.types.builtins.NUMERIC, exactInteger);
  return types;
}

/** How a node connects to a `postgres://` address. */
export function poolOptions(address: string, maxConnections = MAX_CONNECTIONS): pg.PoolConfig {
  return {
    connectionString: address,
    max: maxConnections,
    keepAlive: true,
    application_name: 'clearing',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    types: exactTypes(),
  };
}

/** The address without user and password, for messages. */
export function describeServer(address: string): string {
  const url = URL.parse(address);
  return url === null ? '(not a postgres:// address)' : `${url.host}${url.pathname}`;
}

/** Why a server can't be used; null if it can. Throws when it can't be asked. */
export async function serverProblem(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ readonly encoding: string; readonly commit: string }>(
    `select current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as commit`,
  );
  const [server] = rows;
  if (server?.encoding !== 'UTF8') return 'its encoding is not UTF8';
  if (server.commit === 'off') return 'synchronous_commit is off: it would answer before data is on disk';
  return null;
}

/** Does the work again, a few times, when the server has undone it because of another transaction. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES || !isRetryable(error)) throw error;
      await sleep(backoffMs(tries, RETRIES, Math.random()));
    }
  }
}

function isRetryable(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && RETRYABLE.has(error.code)
  );
}
