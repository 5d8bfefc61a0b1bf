import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { createKeys } from '../../../src/clearing/keys/keys.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import { lockMoney, openPostgres, type Storage } from '../../../src/clearing/storage/storage.ts';
import { createWorld } from '../../support/clearing-world.ts';
import { postgresEngine } from '../../support/engines.ts';

const postgres = postgresEngine();

async function withNodes<T>(
  address: string,
  count: number,
  use: (nodes: readonly Storage[]) => Promise<T>,
): Promise<T> {
  const nodes = await Promise.all(Array.from({ length: count }, () => openPostgres(address)));
  try {
    return await use(nodes);
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
}

describe('nodes of one PostgreSQL database', () => {
  it('may start at once on an empty one: one schema, one key ring, one campaign, one set of books', async () => {
    const keys = createKeys();
    await withNodes(await postgres.address(), 4, async (nodes) => {
      const clearings = await Promise.all(nodes.map((storage) => createClearing({ storage, keys })));
      expect(clearings.map(({ context }) => context.packs.all().length)).toEqual([1, 1, 1, 1]);
      const [{ db }] = nodes as [Storage];
      expect(await db.selectFrom('key_rings').select('version').execute()).toEqual([{ version: 1 }]);
      const funds = (await balances(db, 1)).filter(({ name }) => name.startsWith('fund:'));
      expect(funds.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(600_000_000);
    });
  });

  it('must all have the same key file', async () => {
    const storage = await postgres.open();
    await createClearing({ storage, keys: createKeys() });
    await expect(createClearing({ storage, keys: createKeys() })).rejects.toThrow('is not the one');
  });

  it.each(['repeatable read', 'serializable'])(
    'see under the money lock what others committed before, also where the server’s default is %s',
    async (level) => {
      const address = await postgres.address();
      await withNodes(address, 1, async ([node]) => {
        const name = new URL(address).pathname.slice(1);
        await sql
          .raw(`alter database ${name} set default_transaction_isolation = '${level}'`)
          .execute(node?.db ?? never());
      });
      await withNodes(address, 2, async ([one, two]) => {
        if (one === undefined || two === undefined) throw new Error('two nodes were asked for');
        let runs = 0;
        const { waiting: seen } = await one.transaction(async (first) => {
          await lockMoney(first);
          const waiting = two.transaction(async (second) => {
            runs += 1;
            await lockMoney(second);
            return second.selectFrom('operators').select('id').execute();
          });
          // The other one waits for the lock by now: its statement is under way before this commits.
          await until(async () => (await waitingForLocks(one)) === 1);
          await first
            .insertInto('operators')
            .values({ id: 'o', name: 'o', token_hash: 'o', roles: '[]', created_at_ms: 1, disabled: 0 })
            .execute();
          return { waiting };
        });
        expect(await seen).toEqual([{ id: 'o' }]);
        expect(runs).toBe(1);
      });
    },
  );

  it('come through a deadlock: the server ends one transaction, and it is done again', async () => {
    await withNodes(await postgres.address(), 2, async ([one, two]) => {
      if (one === undefined || two === undefined) throw new Error('two nodes were asked for');
      let firstTries = 2;
      const bothHoldOne = new Promise<void>((resolve) => {
        const arrived = (): void => {
          firstTries -= 1;
          if (firstTries === 0) resolve();
        };
        onHeld = arrived;
      });
      const take = async (node: Storage, names: readonly string[]): Promise<void> => {
        await node.transaction(async (tx) => {
          for (const [index, name] of names.entries()) {
            await tx
              .updateTable('sequences')
              .set((eb) => ({ value: eb('value', '+', 1) }))
              .where('name', '=', name)
              .execute();
            if (index === 0) onHeld();
            await bothHoldOne;
          }
        });
      };
      await Promise.all([take(one, ['money', 'changes']), take(two, ['changes', 'money'])]);
      const rows = await one.db.selectFrom('sequences').select('value').execute();
      expect(rows.map(({ value }) => value)).toEqual([2, 2]);
    });
  });

  it('try a transaction that the server undoes five times, and no more', async () => {
    const storage = await postgres.open();
    let tries = 0;
    const hopeless = storage.transaction(async (tx) => {
      tries += 1;
      await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx);
    });
    await expect(hopeless).rejects.toThrow('again');
    expect(tries).toBe(5);
  });

  it('do not try again what is wrong in itself', async () => {
    const storage = await postgres.open();
    let tries = 0;
    const wrong = storage.transaction(async (tx) => {
      tries += 1;
      await sql`select 1 / 0`.execute(tx);
    });
    await expect(wrong).rejects.toThrow('division by zero');
    expect(tries).toBe(1);
  });
});

describe('clearing on PostgreSQL', () => {
  it('says why it can’t start, without the password', async () => {
    const refused = await openPostgres('postgres://clearing:secret@127.0.0.1:1/books').catch(
      (error: unknown) => error,
    );
    expect(String(refused)).toContain('127.0.0.1:1/books');
    expect(String(refused)).not.toContain('secret');
  });

  it('refuses a server that answers before its data is on disk', async () => {
    const address = await postgres.address();
    const name = new URL(address).pathname.slice(1);
    await withNodes(address, 1, async ([node]) => {
      await sql.raw(`alter database ${name} set synchronous_commit = off`).execute(node?.db ?? never());
    });
    await expect(openPostgres(address)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('synchronous_commit') as string },
    });
  });

  it('refuses a database that a newer version has used', async () => {
    const address = await postgres.address();
    await withNodes(address, 1, async ([node]) => {
      await sql`insert into kysely_migration (name, timestamp) values ('9999-newer', '')`.execute(
        node?.db ?? never(),
      );
    });
    await expect(openPostgres(address)).rejects.toThrow('newer version');
  });

  it('refuses text that PostgreSQL can’t keep as a bad request', async () => {
    const world = await createWorld({ storage: await postgres.open() });
    const answer = await world.call('GET', '/v1/operator/stores/a%00b');
    expect(answer).toMatchObject({ status: 400, body: { error: 'bad-request' } });
    await world.close();
  });
});

let onHeld: () => void = () => undefined;

function never(): never {
  throw new Error('a node was asked for');
}

async function waitingForLocks(node: Storage): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`.execute(node.db);
  return rows[0]?.count ?? 0;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
}
