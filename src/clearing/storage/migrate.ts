import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { createBase } from './migrations/0001-base.ts';
import { addSettlement } from './migrations/0002-settlement.ts';
import { addCars } from './migrations/0003-cars.ts';
import { addDecisions } from './migrations/0004-decisions.ts';
import { addIndexes } from './migrations/0005-indexes.ts';
import type { Database } from './schema.ts';
import type { Engine } from './storage.ts';

/** Every change of the schema, in order. One that was released is never edited: the next one changes it. */
const MIGRATIONS: Readonly<Record<string, (db: Kysely<unknown>, engine: Engine) => Promise<void>>> = {
  '0001-base': createBase,
  '0002-settlement': addSettlement,
  '0003-cars': addCars,
  '0004-decisions': addDecisions,
  '0005-indexes': addIndexes,
};

/**
 * Brings a database to this version's schema, all or nothing. On PostgreSQL nodes that start together wait for one
 * another (an advisory lock); on SQLite the caller holds the write lock. Throws for a database of a newer version.
 */
export async function migrate(db: Kysely<Database>, engine: Engine): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: () =>
        Promise.resolve(
          Object.fromEntries(
            Object.entries(MIGRATIONS).map(([name, change]): [string, Migration] => [
              name,
              { up: (before: Kysely<unknown>) => change(before, engine) },
            ]),
          ),
        ),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw new Error(
      'clearing: the database could not be brought to this version; a newer version may have used it',
      { cause: error },
    );
}
