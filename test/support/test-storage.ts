import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openPostgres, openSqlite, type Storage } from '../../src/clearing/storage/storage.ts';

/** Names the variable with the address of a database whose server makes databases for tests. */
export const DATABASE_MAKER = 'CLEARING_TEST_SERVER';

/** A new, empty database: PostgreSQL in the vitest project of that name, otherwise SQLite in memory. */
export async function openTestStorage(): Promise<Storage> {
  if (process.env['CLEARING_TEST_ENGINE'] !== 'postgres') return openSqlite(':memory:');
  const server = process.env[DATABASE_MAKER];
  if (server === undefined) throw new Error('no PostgreSQL server was started for these tests');
  const name = `world_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const address = new URL(server);
  address.pathname = name;
  return openPostgres(address.href);
}
