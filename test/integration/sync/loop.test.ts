import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SyncState } from '../../../src/contract/terminal/state.ts';
import { entriesRequestSchema, ROUTES } from '../../../src/contract/clearing/protocol.ts';
import type { EntryName } from '../../../src/contract/journal/entry.ts';
import type { Journal, JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { createClock } from '../../../src/terminal/sync/clock.ts';
import { startSync } from '../../../src/terminal/sync/sync-loop.ts';
import type { Sync, SyncOptions } from '../../../src/terminal/sync/types.ts';
import {
  NOON,
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../support/journal-builder.ts';
import {
  listen,
  puppetClearing,
  type Listening,
  type PuppetClearing,
} from '../../support/journal-clearing.ts';

let home: TestFolder;
let identity: JournalIdentity;
let journal: Journal;
let puppet: PuppetClearing;
let server: Listening;
let sync: Sync | null = null;
const root = testRoot();
const states: SyncState[] = [];
const changed: EntryName[] = [];

beforeEach(async () => {
  home = testFolder();
  identity = testIdentity();
  ({ journal } = opened(home.folder, identity));
  openEpoch(journal, identity, root);
  puppet = puppetClearing(root, identity);
  server = await listen(puppet, identity.key);
  states.length = 0;
  changed.length = 0;
});
afterEach(async () => {
  await sync?.stop();
  sync = null;
  await server.close();
  journal.close();
  home.remove();
});

function start(options: Partial<SyncOptions> = {}): Sync {
  const clock = createClock({
    systemNowMs: () => NOON,
    monotonicMs: () => performance.now(),
    lastEntryAtMs: null,
    lastSignedMs: null,
    keptSkewMs: null,
    onStep: () => undefined,
  });
  sync = startSync({
    journal,
    clearingUrl: server.url,
    identity,
    trustedKeys: new Map([[root.keyId, createPublicKey(root.key)]]),
    clock,
    openPack: () => null,
    onState: (state) => states.push(state),
    onFeed: () => undefined,
    onRedemptionsChanged: (names) => changed.push(...names),
    ...options,
  });
  return sync;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
const allSettled = () => until(() => expect(journal.pending().entries).toBe(0));

describe('sync', () => {
  it('settles what waits, and what is appended while it runs', async () => {
    for (let serial = 1; serial <= 450; serial += 1) redeem(journal, serial);
    start();
    await allSettled();
    redeem(journal, 451);
    await allSettled();
    expect(changed).toHaveLength(451);
    expect(journal.redemption(1, 452)?.state).toBe('settled');
    expect(sync?.state()).toMatchObject({ connection: 'online', pendingCount: 0, lastError: null });
  });

  it('sends smaller batches while a customer is being served, and large ones again afterwards', async () => {
    const sizes: number[] = [];
    const { handle } = puppet;
    let waits = true;
    puppet.handle = (path, body) => {
      if (path === ROUTES.entries) {
        sizes.push(entriesRequestSchema.parse(JSON.parse(body)).entries.length);
        waits = sizes.length < 2;
      }
      return handle(path, body);
    };
    for (let serial = 1; serial <= 300; serial += 1) redeem(journal, serial);
    start({ someoneWaits: () => waits });
    await allSettled();
    expect(sizes).toEqual([40, 40, 200, 21]);
  });

  it('leaves the network alone while the window opens, unless somebody asks', async () => {
    const asked = vi.fn();
    const { handle } = puppet;
    puppet.handle = (path, body) => {
      asked();
      return handle(path, body);
    };
    const waiting = start({ firstContactMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).not.toHaveBeenCalled();
    waiting.now();
    await until(() => expect(asked).toHaveBeenCalled());
  });

  it('says offline at once when nobody listens, and comes back by itself', async () => {
    const { port } = server;
    await server.close();
    redeem(journal, 1);
    start();
    await until(() => expect(sync?.state().connection).toBe('offline'));
    expect(sync?.state()).toMatchObject({ pendingCount: 1, lastError: { code: 'clearing-unreachable' } });
    server = await listen(puppet, identity.key, port);
    await allSettled();
    await until(() => expect(states.at(-1)).toMatchObject({ connection: 'online', pendingCount: 0 }));
  });

  it('sends the same entries again after an answer that broke off, and they count once', async () => {
    let broken = 0;
    const { handle } = puppet;
    puppet.handle = (path, body) => {
      const answer = handle(path, body);
      if (path === ROUTES.entries && broken < 2) {
        broken += 1;
        throw new Error('cut the line: the work is done, the answer is lost');
      }
      return answer;
    };
    redeem(journal, 1);
    start();
    await allSettled();
    expect(puppet.seen.filter((entry) => entry.seq === 2).length).toBeGreaterThanOrEqual(3);
    expect(new Set(puppet.seen.map((entry) => entry.hash)).size).toBe(2);
  });

  it('takes a 503 and a body that isn’t signed for no answer at all', async () => {
    const answers = [
      { status: 503, body: 'busy' },
      { status: 200, body: '{"verdicts":"all fine"}' },
      { status: 200, body: puppetClearing(testRoot(), identity).acknowledge([]) },
    ];
    const { handle } = puppet;
    puppet.handle = (path, body) =>
      (path === ROUTES.entries ? answers.shift() : undefined) ?? handle(path, body);
    redeem(journal, 1);
    start();
    await until(() =>
      expect(states.some((state) => state.lastError?.code === 'clearing-not-trusted')).toBe(true),
    );
    await allSettled();
  });

  it.each([
    { status: 400, error: 'bad-request' },
    { status: 413, error: 'too-large' },
    { status: 403, error: 'terminal-suspended' },
  ])(
    'sends nothing past an entry that somebody refuses without a signature ($status), and all when it is over',
    async ({ status, error }) => {
      const { handle } = puppet;
      let bad = true;
      const sent = new Set<number>();
      puppet.handle = (path, body) => {
        if (path !== ROUTES.entries) return handle(path, body);
        if (bad && body.includes('"seq":6,'))
          return { status, body: JSON.stringify({ error, message: 'seq 6 is bad' }) };
        for (const { seq } of entriesRequestSchema.parse(JSON.parse(body)).entries) sent.add(seq);
        return handle(path, body);
      };
      for (let serial = 1; serial <= 20; serial += 1) redeem(journal, serial);
      const loop = start();
      await until(() => expect(loop.state().lastError).toMatchObject({ params: { error } }));
      if (status !== 403) {
        await until(() => expect(loop.state().lastError).toMatchObject({ params: { epoch: 1, seq: 6 } }));
        expect([...sent].toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
      }
      expect(loop.state().connection).toBe('refused');
      bad = false;
      loop.now();
      await allSettled();
      await until(() => expect(loop.state()).toMatchObject({ connection: 'online', lastError: null }));
    },
  );

  it.each([
    { name: 'an errno that nobody listed', error: Object.assign(new Error('EUCLEAN'), { code: 'EUCLEAN' }) },
    { name: 'a mistake of the program', error: new TypeError('not a function') },
  ])('goes on after $name in a turn: says it, and sends what waits', async ({ error }) => {
    const lines: string[] = [];
    let bad = 3;
    redeem(journal, 1);
    start({
      log: (line) => lines.push(line),
      onFeed: () => {
        if (bad-- > 0) throw error;
      },
    });
    await until(() => expect(states.some(({ lastError }) => lastError?.code === 'internal')).toBe(true));
    await allSettled();
    await until(() => expect(sync?.state()).toMatchObject({ connection: 'online', lastError: null }));
    expect(lines.join()).toContain(error.message);
  });

  it('goes on although a screen can’t be told', async () => {
    start({
      onState: () => {
        throw new Error('no window');
      },
    });
    redeem(journal, 1);
    await allSettled();
  });

  it('isn’t online by an old feed that is given again and again, and says that the times don’t agree', async () => {
    let ago = 0;
    const { handle } = puppet;
    const old = puppet.feedText();
    puppet.handle = (path, body) =>
      path === ROUTES.feed && ago > 0 ? { status: 200, body: old } : handle(path, body);
    let aheadMs = 0;
    const clock = createClock({
      systemNowMs: () => NOON + aheadMs,
      monotonicMs: () => performance.now() + aheadMs,
      lastEntryAtMs: null,
      lastSignedMs: null,
      keptSkewMs: null,
      onStep: () => undefined,
    });
    const loop = start({ clock });
    await until(() => expect(loop.state().connection).toBe('online'));
    ago = 1;
    aheadMs = 128_000;
    loop.now();
    await until(() =>
      expect(loop.state()).toMatchObject({
        connection: 'refused',
        clock: 'untrusted',
        lastError: { code: 'clock-contested' },
      }),
    );
  });

  it('waits as long as a server that is busy asks for', async () => {
    const { handle } = puppet;
    const atMs: number[] = [];
    puppet.handle = (path, body) => {
      atMs.push(performance.now());
      return atMs.length === 1 ? { status: 429, body: 'busy', retryAfterS: 2 } : handle(path, body);
    };
    start();
    await until(() => expect(sync?.state().connection).toBe('online'));
    expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThan(1990);
  });

  it('sets a wrong clock by clearing’s signed time and sends again', async () => {
    const { handle } = puppet;
    let stale = 1;
    puppet.handle = (path, body) => {
      if (stale-- > 0) return { status: 401, body: JSON.stringify(puppet.staleAnswer(NOON + 3_600_000)) };
      return handle(path, body);
    };
    start();
    await until(() => expect(sync?.state().connection).toBe('online'));
    expect(puppet.requests).toContain(ROUTES.feed);
  });

  it('stops by itself in the middle of a request that never ends', async () => {
    puppet.before = () => {
      throw new Error('never answered');
    };
    start();
    await sync?.stop();
    sync = null;
  });
});
