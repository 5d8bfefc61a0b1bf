import BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect, type SqliteStatement } from 'kysely';
import { createPublicKey, createHash, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createClearing, type Clearing } from '../../src/clearing/create-clearing.ts';
import { authorise } from '../../src/clearing/authorisations/authorise.ts';
import { capture, release } from '../../src/clearing/authorisations/finish.ts';
import { ApiError } from '../../src/clearing/errors.ts';
import { checkHere } from '../../src/clearing/ingest/signatures.ts';
import { createOperator, ROLES, type Operator } from '../../src/clearing/operator/operators.ts';
import {
  admitStore,
  createActivation,
  createStore,
  readStoreView,
} from '../../src/clearing/operator/stores.ts';
import { issueDirectly } from '../../src/clearing/operator/vouchers.ts';
import type { Database } from '../../src/clearing/storage/schema.ts';
import { openSqlite, type Storage } from '../../src/clearing/storage/storage.ts';
import {
  authorisationRequestSchema,
  entriesRequestSchema,
  feedRequestSchema,
  ROUTES,
  activationSchema,
} from '../../src/contract/clearing/protocol.ts';
import type { StoreView } from '../../src/contract/clearing/operator/stores.ts';
import { rawEd25519PublicKey, type Envelope } from '../../src/contract/clearing/envelope.ts';
import type { Head } from '../../src/contract/journal/entry.ts';
import { createPhone, type Phone, type PhoneVoucher } from '../support/demo-phone.ts';
import { SimulatedCrash } from './crash.ts';
import { DatabasePool, ReusedDatabase } from './reused-database.ts';
import { CLEARING_KEYS, keyOf, secretOf } from './keys.ts';
import type { BookLine } from './seen-model.ts';
import { entryName } from './seen.ts';

export const TERMINALS = ['T1', 'T2', 'T3'] as const;
export type TerminalName = (typeof TERMINALS)[number];
export const START_MS = Date.parse('2023-06-10T09:00:00+08:00');
const VOUCHERS = 14;
const EXPIRES_AFTER_MS = 25 * 60_000;

export interface SimVoucher {
  readonly name: string;
  readonly phone: Phone;
  readonly voucher: PhoneVoucher;
  readonly faceValueFen: number;
  readonly minSpendFen: number;
}

export interface Activated {
  readonly name: TerminalName;
  readonly terminalId: string;
  readonly storeId: string;
  readonly certificate: Envelope;
  readonly key: KeyObject;
}

/** What every seed starts from: made once, then copied. */
export interface Template {
  readonly databases: DatabasePool;
  readonly vouchers: readonly SimVoucher[];
  readonly terminals: readonly Activated[];
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly store: StoreView;
  /** Two people who may do everything, so that each second word is another's. */
  readonly operators: readonly [Operator, Operator];
}

function deterministicBytes(label: string): (bytes: number) => Buffer {
  let count = 0;
  return (bytes) => {
    count += 1;
    return createHash('shake256', { outputLength: bytes }).update(`${label} ${count}`).digest();
  };
}

const KINDS = [
  { kind: 'supermarket-20', faceValueFen: 2000, minSpendFen: 10_000 },
  { kind: 'supermarket-40', faceValueFen: 4000, minSpendFen: 20_000 },
] as const;

export async function makeTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const file = join(folder, 'clearing.db');
  const storage = await openSqlite(file);
  const clearing = await createClearing({
    storage,
    keys: CLEARING_KEYS,
    now: () => START_MS,
    random: deterministicBytes('template'),
    checkSignatures: checkHere,
  });
  const { context } = clearing;
  const { operator } = await createOperator(context, { name: 'one', roles: ROLES });
  const { operator: second } = await createOperator(context, { name: 'two', roles: ROLES });
  const store = await createStore(context, operator, {
    nameZh: '店',
    nameEn: 'Store',
    category: 'supermarket',
    cutOverMinutes: 0,
    basis: 'simulation',
  });
  await admitStore(context, operator, store.id, 'district');
  await admitStore(context, second, store.id, 'city');
  const terminals: Activated[] = [];
  for (const name of TERMINALS) {
    const { activationCode } = await createActivation(context, operator, store.id, name);
    terminals.push(await activateWith(clearing, name, activationCode, keyOf(`${name} 1`)));
  }
  const vouchers: SimVoucher[] = [];
  for (let nth = 0; nth < VOUCHERS; nth += 1) {
    const kind = KINDS[nth % KINDS.length] ?? KINDS[0];
    const phone = createPhone({ secret: secretOf(`phone ${nth}`) });
    const voucher = await issueDirectly(context, operator, {
      campaignNumber: 1,
      kind: kind.kind,
      person: `person ${nth}`,
      algorithm: 'ed25519',
      publicKey: phone.publicKey,
      notBeforeMs: null,
      // Some end while the counters are busy.
      notAfterMs: nth % 3 === 0 ? START_MS + EXPIRES_AFTER_MS : null,
    });
    vouchers.push({ ...kind, name: String(voucher.serial), phone, voucher });
  }
  const admitted = await readStoreView(context.storage.db, store.id);
  await clearing.close();
  const database = new BetterSqlite3(file);
  // A copy in memory can't have a WAL.
  database.pragma('journal_mode = DELETE');
  const image = database.serialize();
  database.close();
  rmSync(folder, { recursive: true });
  const { root } = context.keys;
  const databases = new DatabasePool(
    () =>
      new ReusedDatabase((_, raw) => {
        raw.deserialize(image);
      }),
  );
  return {
    databases,
    vouchers,
    terminals,
    trustedKeys: new Map([[root.keyId, createPublicKey(root.key)]]),
    store: admitted,
    operators: [operator, second],
  };
}

async function activateWith(
  clearing: Clearing,
  name: TerminalName,
  activationCode: string,
  key: KeyObject,
): Promise<Activated> {
  const envelope = await clearing.activate({
    activationCode,
    publicKey: rawEd25519PublicKey(key),
    softwareVersion: 'simulation',
  });
  const { certificate, store } = activationSchema.parse(JSON.parse(envelope.payload));
  const { terminalId } = z.object({ terminalId: z.string() }).parse(JSON.parse(certificate.payload));
  return { name, terminalId, storeId: store.id, certificate, key };
}

/** A terminal whose disk is gone gets a new epoch: a new code, a new key. */
export async function activateAgain(
  clearing: Clearing,
  operator: Operator,
  before: Activated,
  epoch: number,
): Promise<Activated> {
  const { activationCode } = await createActivation(clearing.context, operator, before.storeId, before.name);
  return activateWith(clearing, before.name, activationCode, keyOf(`${before.name} ${epoch}`));
}

/** Where clearing's next crash strikes: before its transaction is in, or after it, before the answer goes out. */
export type ClearingCrash = 'before-commit' | 'after-commit';

const lineRow = z.object({
  kind: z.enum(['redemption', 'reversal', 'refund']),
  terminal_id: z.string(),
  redemption_id: z.string(),
  serial: z.int(),
  amount_fen: z.int(),
  redemption_day: z.string(),
  epoch: z.int(),
  seq: z.int(),
  received_at_ms: z.int(),
});
const headRow = z.object({ head_seq: z.int(), head_hash: z.string() });
const changesRow = z.object({ n: z.number() });
const nameRow = z.object({ name: z.string() });
const accountRow = z.object({ name: z.string(), balance_fen: z.int() });

const FINISH = new RegExp(`^${ROUTES.authorise}/([^/]+)/(capture|release)$`);

function answerTo(clearing: Clearing, terminalId: string, path: string, json: unknown): Promise<Envelope> {
  const { context } = clearing;
  if (path === ROUTES.feed) return clearing.feed(terminalId, feedRequestSchema.parse(json));
  if (path === ROUTES.entries) return clearing.ingest(terminalId, entriesRequestSchema.parse(json).entries);
  if (path === ROUTES.authorise)
    return authorise(context, terminalId, authorisationRequestSchema.parse(json));
  const [, id, step] = FINISH.exec(path) ?? [];
  if (id === undefined) throw new Error(`no such path: ${path}`);
  return step === 'capture' ? capture(context, terminalId, id) : release(context, terminalId, id);
}

/** A seed is one transaction: clearing's own are savepoints inside it. */
const INSIDE: Readonly<Record<string, string>> = {
  begin: 'SAVEPOINT request',
  commit: 'RELEASE request',
  rollback: 'ROLLBACK TO request',
};

/** The real clearing over a database in memory; restarts keep the database and nothing else. */
export class SimClearing {
  readonly #pool: DatabasePool;
  readonly #database: ReusedDatabase;
  crashAt: ClearingCrash | null = null;
  #clearing: Clearing | null = null;
  readonly #now: () => number;
  readonly #seed: string;
  #starts = 0;

  constructor({ databases }: Template, now: () => number, seed: string) {
    this.#pool = databases;
    this.#database = databases.take();
    this.#now = now;
    this.#seed = seed;
  }

  async running(): Promise<Clearing> {
    if (this.#clearing !== null) return this.#clearing;
    this.#starts += 1;
    const db = new Kysely<Database>({
      dialect: new SqliteDialect({
        database: {
          prepare: (sql) => this.prepared(INSIDE[sql] ?? sql) as SqliteStatement,
          close: () => undefined,
        },
      }),
    });
    const storage: Storage = {
      engine: 'sqlite',
      db,
      transaction: async (work) => {
        const done = await db.transaction().execute(async (tx) => {
          const result = await work(tx);
          this.#strike('before-commit');
          return result;
        });
        this.#strike('after-commit');
        return done;
      },
      // The database outlives the process.
      close: () => Promise.resolve(),
    };
    this.#clearing = await createClearing({
      storage,
      keys: CLEARING_KEYS,
      now: this.#now,
      random: deterministicBytes(`${this.#seed} ${this.#starts}`),
      checkSignatures: checkHere,
    });
    return this.#clearing;
  }

  prepared(sql: string): ReturnType<ReusedDatabase['prepared']> {
    return this.#database.prepared(sql);
  }

  /** Rises with every row that is written. */
  changes(): number {
    return changesRow.parse(this.prepared('SELECT total_changes() AS n').get()).n;
  }

  #strike(point: ClearingCrash): void {
    if (this.crashAt !== point) return;
    this.crashAt = null;
    this.#clearing = null;
    throw new SimulatedCrash(`clearing ${point}`);
  }

  restart(): void {
    this.#clearing = null;
  }

  /** The answer to one request; null if clearing fell over on it. Never judges who sent it: HTTP does that. */
  async answer(terminalId: string, path: string, body: string): Promise<string | null> {
    try {
      const clearing = await this.running();
      return JSON.stringify(await answerTo(clearing, terminalId, path, JSON.parse(body)));
    } catch (error) {
      if (error instanceof ApiError) return JSON.stringify({ error: error.code });
      if (error instanceof SimulatedCrash) return null;
      throw error;
    }
  }

  /** How far clearing has an epoch of a terminal's journal; null if not at all. */
  headOf(terminalId: string, epoch: number): Head | null {
    const row: unknown = this.prepared(
      'SELECT head_seq, head_hash FROM terminal_epochs WHERE terminal_id = ? AND epoch = ?',
    ).get(terminalId, epoch);
    const head = headRow.parse(row);
    return head.head_seq === 0 ? null : { epoch, seq: head.head_seq, hash: head.head_hash };
  }

  lines(names: ReadonlyMap<string, string>): readonly BookLine[] {
    return this.prepared(
      `SELECT l.*, coalesce(e.received_at_ms, 0) AS received_at_ms FROM lines l LEFT JOIN entries e
       ON e.terminal_id = l.terminal_id AND e.epoch = l.epoch AND e.seq = l.seq ORDER BY l.id`,
    )
      .all()
      .map((row) => {
        const line = lineRow.parse(row);
        return {
          kind: line.kind,
          entry: entryName(line.terminal_id, line),
          receivedAtMs: line.received_at_ms,
          terminal: names.get(line.terminal_id) ?? line.terminal_id,
          redemptionId: line.redemption_id,
          voucher: String(line.serial),
          amountFen: Math.abs(line.amount_fen),
          day: line.redemption_day,
        };
      });
  }

  /** Authorisations that hold or have taken a voucher, as `terminal id`. */
  standing(): readonly string[] {
    return this.prepared(
      "SELECT terminal_id || ' ' || id AS name FROM authorisations WHERE status IN ('reserved', 'captured')",
    )
      .all()
      .map((row) => nameRow.parse(row).name);
  }

  /** Every account, and what has left the funds by redemptions and not come back. */
  accounts(): { readonly balances: readonly number[]; readonly outOfFundsFen: number } {
    const accounts = this.prepared('SELECT name, balance_fen FROM accounts')
      .all()
      .map((row) => accountRow.parse(row));
    const settlement = accounts.find(({ name }) => name === 'settlement');
    return {
      balances: accounts.map(({ balance_fen }) => balance_fen),
      outOfFundsFen: settlement?.balance_fen ?? 0,
    };
  }

  close(): void {
    this.#pool.giveBack(this.#database);
  }
}
