import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Clearing, createClearing } from '../../../src/clearing/create-clearing.ts';
import { loadKeys } from '../../../src/clearing/keys/keys.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import { createOperator, type Operator, ROLES } from '../../../src/clearing/operator/operators.ts';
import { createActivation } from '../../../src/clearing/operator/stores.ts';
import { issueDirectly } from '../../../src/clearing/operator/vouchers.ts';
import { openPostgres } from '../../../src/clearing/storage/storage.ts';
import { rawEd25519PublicKey } from '../../../src/contract/clearing/envelope.ts';
import { activationSchema, certificateSchema, ROUTES } from '../../../src/contract/clearing/protocol.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import type { Journal } from '../../../src/terminal/journal/types.ts';
import { createClock } from '../../../src/terminal/sync/clock.ts';
import { startSync } from '../../../src/terminal/sync/sync-loop.ts';
import type { Sync } from '../../../src/terminal/sync/types.ts';
import { type ClearingNode, startNode } from '../../support/clearing-node.ts';
import { httpTransport } from '../../support/clearing-terminal.ts';
import { scratchFolder } from '../../support/clearing-world.ts';
import { createPhone, type Phone } from '../../support/demo-phone.ts';
import { opened } from '../../support/journal-builder.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { type Balancer, startBalancer } from '../../support/tcp-balancer.ts';

/** Nodes are killed so often while counters are busy. */
const KILLS = 4;
const COUNTERS = 3;
const OWN_VOUCHERS = 12;
const SHARED_VOUCHERS = 15;
const FACE_FEN = 2000;
const PRICE_FEN = 10_000;
const FUNDS_FEN = 600_000_000;

const folder = scratchFolder();
let postgres: TestPostgres;
let address: string;
let nodes: readonly ClearingNode[] = [];
let balancer: Balancer;
/** Looks at the same database as the nodes do. */
let observer: Clearing;
let operator: Operator;
const counters: Counter[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  address = await postgres.database();
  const keys = join(folder.path, 'keys.json');
  const shared = ['--keys', keys, '--log-level', 'silent'];
  // One is told of the database by its option, the other by its environment.
  const first = await startNode([
    ...['--data', join(folder.path, 'a'), '--database', address, '--seed-demo'],
    ...shared,
  ]);
  const second = await startNode(['--data', join(folder.path, 'b'), ...shared], {
    CLEARING_DATABASE: address,
  });
  nodes = [first, second];
  balancer = await startBalancer(nodes.map(({ url }) => url));
  observer = await createClearing({ storage: await openPostgres(address), keys: loadKeys(keys) });
  ({ operator } = await createOperator(observer.context, { name: 'observer', roles: ROLES }));
});
afterAll(async () => {
  for (const counter of counters) await counter.close();
  await observer.close();
  await balancer.close();
  for (const node of nodes) await node.end('SIGTERM');
  await postgres.stop();
  folder.remove();
});

async function voucher(): Promise<Phone> {
  const phone = createPhone();
  const { publicKey, algorithm } = phone;
  const wanted = { campaignNumber: 1, kind: 'supermarket-20', person: null, publicKey, algorithm };
  phone.keep(
    await issueDirectly(observer.context, operator, { ...wanted, notBeforeMs: null, notAfterMs: null }),
  );
  return phone;
}

interface Counter {
  readonly journal: Journal;
  readonly sync: Sync;
  readonly terminalId: string;
  /** Redeems a voucher, or takes that redemption back. */
  readonly act: (phone: Phone) => void;
  readonly close: () => Promise<void>;
}

/** A counter of the demo supermarket with a real journal and the terminal's own sync, both of its own. */
async function openCounter(name: string): Promise<Counter> {
  const key = generateKeyPairSync('ed25519').privateKey;
  const { activationCode } = await createActivation(observer.context, operator, 'demo-supermarket', name);
  const answer = await httpTransport(balancer.url).plain(ROUTES.activate, {
    activationCode,
    publicKey: rawEd25519PublicKey(key),
    softwareVersion: 'test',
  });
  const activation = activationSchema.parse(JSON.parse(answer.payload));
  const { terminalId, epoch, storeId } = certificateSchema.parse(JSON.parse(activation.certificate.payload));
  const identity = { terminalId, epoch, key };
  const { journal } = opened(join(folder.path, name), identity);
  journal.append(Date.now(), () => ({
    kind: 'epoch-opened',
    body: { certificate: activation.certificate, previous: null },
  }));
  const { root } = observer.context.keys;
  const sync = startSync({
    journal,
    clearingUrl: balancer.url,
    identity,
    trustedKeys: new Map([[root.keyId, createPublicKey(root.key)]]),
    clock: createClock({
      systemNowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      lastEntryAtMs: null,
      lastSignedMs: null,
      keptSkewMs: null,
      onStep: () => undefined,
    }),
    openPack: () => null,
    onState: () => undefined,
    onFeed: () => undefined,
    onRedemptionsChanged: () => undefined,
  });
  let receipts = 0;
  const act = (phone: Phone): void => {
    const atMs = Date.now();
    const [held] = phone.vouchers;
    if (held === undefined) throw new Error('a phone without a voucher');
    const before = journal.redemptionOfVoucher(1, String(held.serial));
    receipts += 1;
    const id = `${name}-${receipts}`;
    journal.append(atMs, () =>
      before === null
        ? {
            kind: 'redemption',
            body: {
              redemptionId: id,
              evidence: phone.evidence(atMs),
              purchase: {
                storeId,
                till: name,
                businessDay: businessDay(atMs),
                receiptNumber: id,
                amountFen: PRICE_FEN,
                listAmountFen: PRICE_FEN,
                vehicle: null,
              },
              discountFen: FACE_FEN,
              payableFen: PRICE_FEN - FACE_FEN,
              campaignNumber: 1,
              packVersion: 1,
              keyRingVersion: 1,
              cashierId: 'cashier',
              scannedAtMs: atMs,
              offline: true,
            },
          }
        : {
            kind: 'reversal',
            body: {
              of: { epoch: before.epoch, seq: before.seq },
              redemptionId: before.redemptionId,
              by: 'cashier',
              approvedBy: null,
              reason: '',
            },
          },
    );
    sync.notifyAppended();
  };
  return {
    journal,
    sync,
    terminalId,
    act,
    close: async () => {
      await sync.stop();
      journal.close();
    },
  };
}

/** Keeps the counters busy until told to stop: redemptions and reversals of own vouchers, shared ones once each. */
function keepBusy(shared: readonly Phone[], own: readonly (readonly Phone[])[]): () => Promise<void> {
  let busy = true;
  const work = counters.map(async (counter, index) => {
    const mine = own[index] ?? [];
    for (let step = 0; busy || step < shared.length; step += 1) {
      const phone = step < shared.length ? shared[step] : mine[step % mine.length];
      if (phone !== undefined) counter.act(phone);
      await sleep(5);
    }
  });
  return async () => {
    busy = false;
    await Promise.all(work);
  };
}

/** Kills a node in the middle of a request that it is carrying out. */
async function killAtWork(node: ClearingNode, afterMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    balancer.onRequest = (reached) => {
      if (reached === node.url) resolve();
    };
  });
  balancer.onRequest = () => undefined;
  await sleep(afterMs);
  await node.end('SIGKILL');
}

const acknowledged = (): number =>
  counters.reduce((sum, { journal }) => sum + (journal.acknowledgedHead()?.seq ?? 0), 0);
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 40_000, interval: 20 });

it('lose and double nothing when nodes are killed at work: terminals go on with the other node', async () => {
  const shared = await Promise.all(Array.from({ length: SHARED_VOUCHERS }, voucher));
  const own = [];
  for (let nth = 0; nth < COUNTERS; nth += 1) {
    own.push(await Promise.all(Array.from({ length: OWN_VOUCHERS }, voucher)));
    counters.push(await openCounter(`counter-${nth}`));
  }
  const stop = keepBusy(shared, own);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const victim = nodes[kill % nodes.length];
    if (victim === undefined) throw new Error('no node to kill');
    await killAtWork(victim, kill * 3);
    const before = acknowledged();
    await eventually(() => expect(acknowledged()).toBeGreaterThan(before + 3));
    await victim.start();
  }
  await stop();
  expect(balancer.cut()).toBeGreaterThan(0);
  await eventually(() => {
    for (const { sync } of counters) sync.now();
    expect(counters.map(({ journal }) => journal.pending().entries)).toEqual([0, 0, 0]);
  });
  await expectAgreement();
}, 120_000);

/** Journals, entries, lines, ledger and spent vouchers say the same, to the fen. */
async function expectAgreement(): Promise<void> {
  const { db } = observer.context.storage;
  for (const { journal, terminalId } of counters) {
    const rows = await db
      .selectFrom('entries')
      .select(['epoch', 'seq', 'hash', 'verdict'])
      .where('terminal_id', '=', terminalId)
      .orderBy('seq')
      .execute();
    const written = journal.entriesAfter(null, 100_000);
    expect(rows.map(({ hash }) => hash)).toEqual(written.map(({ hash }) => hash));
    expect(rows.map(({ verdict }) => verdict)).toEqual(
      written.map((entry) => journal.verdictOf(entry)?.verdict),
    );
    const settledFen = rows.reduce((sum, { verdict, seq }) => {
      if (verdict !== 'settled') return sum;
      return sum + (journal.redemption(1, seq) === null ? -FACE_FEN : FACE_FEN);
    }, 0);
    const paid = await db
      .selectFrom('lines')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('amount_fen'), eb.lit(0)).as('fen'))
      .where('terminal_id', '=', terminalId)
      .executeTakeFirstOrThrow();
    expect(paid.fen).toBe(settledFen);
  }

  const lines = await db.selectFrom('lines').select(['serial', 'amount_fen']).execute();
  const bySerial = new Map<number, number>();
  for (const { serial, amount_fen: fen } of lines) bySerial.set(serial, (bySerial.get(serial) ?? 0) + fen);
  const standing = [...bySerial].filter(([, fen]) => fen !== 0);
  expect(standing.every(([, fen]) => fen === FACE_FEN)).toBe(true);
  const spends = await db.selectFrom('spends').select('serial').orderBy('serial').execute();
  expect(spends.map(({ serial }) => serial)).toEqual(
    standing.map(([serial]) => serial).sort((left, right) => left - right),
  );
  expect(standing.length).toBeGreaterThanOrEqual(SHARED_VOUCHERS);

  const paidFen = standing.length * FACE_FEN;
  const books = new Map((await balances(db, 1)).map((account) => [account.name, account]));
  const of = (name: string): number => books.get(name)?.balanceFen ?? 0;
  const funds = [...books.values()].filter(({ name }) => name.startsWith('fund:'));
  expect(funds.reduce((sum, { balanceFen }) => sum + balanceFen, 0)).toBe(FUNDS_FEN - paidFen);
  expect(of('settlement')).toBe(paidFen);
  expect(of('payable:demo-supermarket')).toBe(paidFen);
  const issuedFen = (SHARED_VOUCHERS + COUNTERS * OWN_VOUCHERS) * FACE_FEN;
  expect(of('reserved:supermarket')).toBe(issuedFen - paidFen);
  const signed = [...books.values()].map(({ side, balanceFen }) =>
    side === 'debit' ? balanceFen : -balanceFen,
  );
  expect(signed.reduce((sum, fen) => sum + fen, 0)).toBe(0);
  const posted = await db
    .selectFrom('postings')
    .select((eb) => eb.fn.sum<number>('amount_fen').as('fen'))
    .executeTakeFirstOrThrow();
  expect(posted.fen).toBe(0);
}
