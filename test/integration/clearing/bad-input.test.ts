import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envelopeSchema, openEnvelope } from '../../../src/contract/clearing/envelope.ts';
import { type RequestToSign, signRequest } from '../../../src/contract/clearing/http-signature.ts';
import {
  MAX_BATCH_ENTRIES,
  MAX_REQUEST_BYTES,
  ROUTES,
  signedTimeSchema,
} from '../../../src/contract/clearing/protocol.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import { sealEntry } from '../../../src/contract/journal/seal.ts';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';

let world: World;
let terminal: TestTerminal;
beforeEach(async () => {
  world = await createWorld();
  terminal = await world.terminal(await world.store('supermarket'));
});
afterEach(() => world.close());

const TABLES = [
  'entries',
  'quarantine',
  'lines',
  'postings',
  'spends',
  'alarms',
  'changes',
  'nonces',
] as const;

/** How much of everything is stored. */
async function stored(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const row = await world.clearing.context.storage.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = row.count;
  }
  return counts;
}

interface Sent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function signed(value: unknown, changes: Partial<RequestToSign> = {}, key = terminal.key): Sent {
  const body = JSON.stringify(value);
  const request: RequestToSign = {
    method: 'POST',
    path: ROUTES.entries,
    body: Buffer.from(body),
    createdS: Math.floor(world.now() / 1000),
    nonce: randomBytes(16).toString('base64url'),
    keyId: terminal.terminalId,
    ...changes,
  };
  return { body, headers: { ...signRequest(request, key) } };
}

async function post({ body, headers }: Sent, path: string = ROUTES.entries) {
  const response = await fetch(`${world.base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const batch = () => ({ entries: terminal.journal });

describe('a request that is refused as a whole stores nothing and says why', () => {
  const cases: Record<string, [() => Sent, number, string]> = {
    unsigned: [() => ({ body: JSON.stringify(batch()), headers: {} }), 401, 'unsigned'],
    'signed by another key': [
      () => signed(batch(), {}, generateKeyPairSync('ed25519').privateKey),
      401,
      'signature-wrong',
    ],
    'changed after it was signed': [
      () => ({ ...signed(batch()), body: '{"entries":[]}' }),
      401,
      'signature-wrong',
    ],
    'signed for another route': [() => signed(batch(), { path: ROUTES.feed }), 401, 'signature-wrong'],
    'signed by nobody we know': [() => signed(batch(), { keyId: 't-nobody' }), 401, 'unknown-terminal'],
    'too old': [() => signed(batch(), { createdS: Math.floor(world.now() / 1000) - 61 }), 401, 'stale'],
    'from the future': [
      () => signed(batch(), { createdS: Math.floor(world.now() / 1000) + 61 }),
      401,
      'stale',
    ],
  };
  for (const [name, [make, status, code]] of Object.entries(cases)) {
    it(name, async () => {
      const before = await stored();
      expect(await post(make())).toMatchObject({ status, body: { error: code } });
      expect(await stored()).toEqual(before);
    });
  }

  it('a stale one gets clearing’s signed time, by which it can be sent again', async () => {
    const { body } = await post(signed(batch(), { createdS: 1 }));
    const { root } = world.clearing.context.keys;
    const keys = new Map([[root.keyId, createPublicKey(root.key)]]);
    const time = openEnvelope('time', envelopeSchema.parse(body['time']), keys, signedTimeSchema);
    expect(time).toMatchObject({ ok: true, value: { serverTimeMs: world.now() } });
  });

  it('a replayed one is refused the second time, and what it did happened once', async () => {
    const request = signed(batch());
    expect(await post(request)).toMatchObject({ status: 200 });
    const before = await stored();
    expect(await post(request)).toMatchObject({ status: 409, body: { error: 'replayed' } });
    expect(await stored()).toEqual(before);
  });

  it('an oversized one is not read to its end', async () => {
    const before = await stored();
    const request = signed({ entries: [], filler: 'x'.repeat(MAX_REQUEST_BYTES) });
    expect(await post(request)).toMatchObject({ status: 413, body: { error: 'too-large' } });
    expect(await stored()).toEqual(before);
  });

  it('a malformed one, signed as it may be, moves nothing but its nonce', async () => {
    const [entry] = terminal.journal;
    if (entry === undefined) throw new Error('no entry');
    const before = { ...(await stored()), nonces: 0 };
    for (const value of [
      {},
      { entries: [] },
      { entries: Array.from({ length: MAX_BATCH_ENTRIES + 1 }, () => entry) },
      { entries: [{ ...entry, seq: 0 }] },
      { entries: [{ ...entry, extra: 1 }] },
      { entries: [{ ...entry, terminalId: 't-other' }] },
      { entries: [{ ...entry, kind: 'gift' }] },
    ])
      expect(await post(signed(value))).toMatchObject({ status: 400, body: { error: 'bad-request' } });
    expect({ ...(await stored()), nonces: 0 }).toEqual(before);
  });

  it('too many are told to come back, and the rest of the world is served', async () => {
    await world.close();
    world = await createWorld({ rate: { burst: 3, perSecond: 0.001 } });
    terminal = await world.terminal(await world.store('supermarket'));
    const other = await world.terminal(await world.store('supermarket'));
    for (let count = 0; count < 3; count += 1)
      expect(await post(signed(batch()))).toMatchObject({ status: 200 });
    expect(await post(signed(batch()))).toMatchObject({ status: 429, body: { error: 'too-many' } });
    expect((await other.send()).verdicts).toHaveLength(1);
  });
});

describe('a journal that does not hold together is held, raises an alarm and moves no money', () => {
  async function redemption(): Promise<Entry> {
    const { phone } = await world.voucher({ kind: 'supermarket-20' });
    return terminal.redeem({
      evidence: phone.evidence(world.now()),
      atMs: world.now(),
      amountFen: 10_000,
      discountFen: 2000,
    });
  }
  const moved = async (): Promise<number> => {
    const all = await balances(world.clearing.context.storage.db, 1);
    return all.find(({ name }) => name === 'settlement')?.balanceFen ?? 0;
  };
  const alarms = async (): Promise<readonly string[]> => {
    const rows = await world.clearing.context.storage.db.selectFrom('alarms').select('code').execute();
    return rows.map(({ code }) => code);
  };

  it('a fork: the same place with another content', async () => {
    const entry = await redemption();
    const { body, kind, atMs, prev, terminalId, epoch, seq } = entry;
    const changed = body.replace('"cashierId":"cashier-1"', '"cashierId":"cashier-2"');
    const fork = sealEntry({ terminalId, epoch, seq, kind, atMs, body: changed, prev }, terminal.key);
    await terminal.send();
    const before = await moved();
    expect((await terminal.send([fork])).verdicts).toMatchObject([{ verdict: 'held', reason: 'fork' }]);
    expect((await terminal.send([entry])).verdicts).toMatchObject([{ verdict: 'settled' }]);
    expect(await alarms()).toEqual(['fork']);
    expect(await moved()).toBe(before);
  });

  it('a gap: an entry before its turn', async () => {
    const first = await redemption();
    const second = await redemption();
    expect((await terminal.send([second])).verdicts).toMatchObject([{ verdict: 'held', reason: 'gap' }]);
    expect(await alarms()).toEqual(['gap']);
    expect(await moved()).toBe(0);
    // The missing ones come, and are settled; the early one waits for an operator.
    const { verdicts, head } = await terminal.send();
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['recorded', 'settled', 'held']);
    expect(head).toMatchObject({ seq: second.seq });
    expect(first.seq).toBe(2);
  });

  it('a chain break: an entry that does not follow from the one before, and all money after it', async () => {
    await redemption();
    terminal.lastHash = 'e'.repeat(64);
    await redemption();
    await redemption();
    const { verdicts } = await terminal.send();
    expect(verdicts.map(({ reason }) => reason)).toEqual([null, null, 'chain-broken', 'after-break']);
    expect(await alarms()).toEqual(['chain-broken']);
    expect(await moved()).toBe(2000);
  });

  it('a seal that is not the terminal’s', async () => {
    const entry = await redemption();
    const { body, kind, atMs, prev, terminalId, epoch, seq } = entry;
    const content = { body, kind, atMs, prev, terminalId, epoch, seq };
    const forged = sealEntry(content, generateKeyPairSync('ed25519').privateKey);
    const [first] = terminal.journal;
    if (first === undefined) throw new Error('no entry');
    expect((await terminal.send([first, forged])).verdicts[1]).toMatchObject({
      verdict: 'held',
      reason: 'signature-wrong',
    });
    expect(await alarms()).toEqual(['signature-wrong']);
    expect(await moved()).toBe(0);
  });
});
