import { DATABASE_MAKER } from './test-storage.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

let server: TestPostgres | null = null;

/** One server for all test files of a vitest project; each world makes a database of its own in it. */
export async function setup(): Promise<void> {
  server = await startPostgres();
  process.env[DATABASE_MAKER] = await server.database();
}

export async function teardown(): Promise<void> {
  Reflect.deleteProperty(process.env, DATABASE_MAKER);
  await server?.stop();
}
