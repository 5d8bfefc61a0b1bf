import { join } from 'node:path';
import { openPostgres, openSqlite } from '../../../src/clearing/storage/storage.ts';
import { scratchFolder } from '../../support/clearing-world.ts';
import { startPostgres } from '../../support/postgres.ts';
import { within } from '../stats.ts';
import { ahead, type Section, type Table } from '../types.ts';
import { measureDrain, waitingQueue } from '../sync-drain.ts';
import { drain, type Drained } from './drain.ts';

const ENTRIES = 10_000;
const LIMIT_S = 5;

/** The same on both engines, terminal and clearing in one process. */
async function engines(): Promise<Table> {
  const redemptions = ENTRIES - 1;
  const folder = scratchFolder();
  const sqlite = await openSqlite(join(folder.path, 'clearing.sqlite'));
  const onSqlite = await drain(sqlite, redemptions);
  await sqlite.close();
  folder.remove();
  const server = await startPostgres();
  const postgres = await openPostgres(await server.database());
  const onPostgres = await drain(postgres, redemptions);
  await postgres.close();
  await server.stop();
  const row = (name: string, drained: Drained): readonly string[] => [
    name,
    (drained.ms / 1000).toFixed(2),
    (drained.cpuMs / drained.entries).toFixed(3),
    (drained.ms / onSqlite.ms).toFixed(2),
    (redemptions / (drained.claimsMs / 1000)).toFixed(0),
  ];
  return {
    title: 'Clearing takes in a queue of 10,000 entries over HTTP on loopback',
    columns: ['engine', 's', 'processor ms an entry', 'ratio to SQLite', 'claims a second'],
    rows: [row('SQLite', onSqlite), row('PostgreSQL', onPostgres)],
    notes: ['Terminal and clearing share the process; PostgreSQL is the tests’ own, with fsync off.'],
  };
}

const queue = ahead(() => waitingQueue(ENTRIES));

/** 10,000 entries that wait, settled by clearing on loopback; the whole run on both engines. */
export const drainSection: Section = {
  section: 'drain',
  prepare: queue.prepare,
  run: async (effort) => {
    const served = await measureDrain({ queue: await queue.take(effort) });
    const servedS = served.ms / 1000;
    return {
      budgets: [
        within('10,000 queued entries settled by the reference server on loopback', servedS, LIMIT_S, 's'),
      ],
      tables: [
        {
          title: 'Sync: a terminal’s queue into a server process of its own (SQLite, HTTP on loopback)',
          columns: [
            'entries',
            's for 10,000',
            'entries a second',
            'server’s processor s',
            'bytes a redemption',
          ],
          rows: [
            [
              String(served.entries),
              servedS.toFixed(2),
              served.entriesPerSecond.toFixed(0),
              served.serverCpuMs === null ? '–' : (served.serverCpuMs / 1000).toFixed(1),
              served.bytesPerEntry.toFixed(0),
            ],
          ],
          notes: [
            `${String(served.settled)} of ${String(served.entries)} settled. Bytes: bodies, both ways.`,
          ],
        },
        ...(effort.quick ? [] : [await engines()]),
      ],
    };
  },
};
