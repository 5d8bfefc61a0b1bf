import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { openPostgres, openSqlite, type Engine, type Storage } from '../../src/clearing/storage/storage.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** The engine that a suite runs on. */
export interface TestEngine {
  readonly name: Engine;
  /** A new, empty database, closed after the test (closing it before does no harm). */
  readonly open: () => Promise<Storage>;
  /** The address of a new, empty PostgreSQL database; throws on SQLite. */
  readonly address: () => Promise<string>;
}

/** Runs a suite on each engine that clearing supports: the same tests, the same promises. */
export function onEachEngine(suite: (engine: TestEngine) => void): void {
  for (const name of ['sqlite', 'postgres'] as const) {
    describe(`on ${name}`, () => suite(name === 'sqlite' ? sqliteEngine() : postgresEngine()));
  }
}

/** Closes after each test what the test opened. */
function closing(open: () => Promise<Storage>): () => Promise<Storage> {
  const opened: Storage[] = [];
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });
  return async () => {
    const storage = await open();
    opened.push(storage);
    return storage;
  };
}

function sqliteEngine(): TestEngine {
  return {
    name: 'sqlite',
    open: closing(() => openSqlite(':memory:')),
    address: () => Promise.reject(new Error('SQLite has no address')),
  };
}

/** PostgreSQL with a server of its own for the suite, for tests that are only about it. */
export function postgresEngine(): TestEngine {
  let server: TestPostgres | null = null;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
  });
  const address = (): Promise<string> => {
    if (server === null) throw new Error('PostgreSQL runs only inside tests');
    return server.database();
  };
  return { name: 'postgres', address, open: closing(async () => openPostgres(await address())) };
}
