import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { FILES } from '../../../src/terminal/journal/storage.ts';
import { startClearing } from '../../support/clearing-process.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { startKeptCore, type KeptCore } from '../../support/kept-core.ts';
import { makeDataFolder, openForBusiness, redeemAt, until } from '../../support/live-counter.ts';

/** A core that is let be, and what a busy machine adds. */
const PATIENCE_MS = 90_000;
/** Main's looks and the core's beats each fall somewhere within half a second. */
const BEATS_MS = 1_000;

interface Counter {
  readonly core: KeptCore;
  readonly dataFolder: string;
  /** The next customer: the state of the screen after it. */
  readonly redeem: () => ReturnType<typeof redeemAt>;
}

/** A counter after its first customer. */
async function atCounter(work: (counter: Counter) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const clearing = await startClearing(join(folder, 'clearing'));
  const dataFolder = makeDataFolder(join(folder, 'terminal'));
  const core = startKeptCore(dataFolder);
  const phone = createPhone();
  const { url, operatorToken } = clearing;
  let customers = 0;
  const redeem = async (): ReturnType<typeof redeemAt> => {
    customers += 1;
    // Good for a while already: an answer of clearing's that was held up puts the terminal's clock back by seconds.
    const notBeforeMs = Date.now() - 60_000;
    const order = { kind: 'supermarket-20', person: `person-${String(customers)}`, notBeforeMs };
    return redeemAt(core, phone, await phone.order(url, operatorToken, order));
  };
  try {
    await openForBusiness(core, clearing);
    expect(await redeem()).toMatchObject({ step: 'accepted' });
    await work({ core, dataFolder, redeem });
  } finally {
    await core.stop();
    await clearing.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Word = KeptCore['hangs'][number];

/**
 * Waits until the core answers, which on a busy machine it doesn't at any moment; gives back how to wait for what is
 * said of it from then on.
 */
async function fromNowOn(core: KeptCore): Promise<(...hangs: Word['hang'][]) => Promise<Word>> {
  await core.call('app.snapshot', undefined);
  await until('a core that answers', () => (core.hangs.at(-1)?.hang ?? null) === null);
  await until('clearing to settle', () => core.latest('sync')?.pendingCount === 0);
  const from = core.hangs.length;
  return async (...hangs) => {
    const find = (): Word | undefined => core.hangs.slice(from).findLast(({ hang }) => hangs.includes(hang));
    await until(`the word that the core is ${hangs.join()}`, () => find() !== undefined, PATIENCE_MS / 2);
    const word = find();
    if (word === undefined) throw new Error('no word');
    return word;
  };
}

/** Kept entries of a kind, as their bodies. */
function bodies(dataFolder: string, kind: string): readonly unknown[] {
  const db = new Database(join(dataFolder, FILES.database), { readonly: true });
  try {
    const texts = db.prepare('SELECT body FROM entries WHERE kind = ? ORDER BY id').pluck().all(kind);
    return texts.map((text) => JSON.parse(String(text)) as unknown);
  } finally {
    db.close();
  }
}

/** The core hangs from now on: covered, ended, started again with whoever was signed in, and noted. */
async function outlives(
  { core, dataFolder, redeem }: Counter,
  hang: () => void,
  goOn: () => void = () => undefined,
): Promise<void> {
  const told = await fromNowOn(core);
  const lines = core.log.length;
  const first = core.pid();
  hang();
  const covered = await told('silent', 'slow-disk');
  // It was held in a flush, and is told as that: the same at another moment.
  if (covered.hang === 'slow-disk') {
    goOn();
    return outlives({ core, dataFolder, redeem }, hang, goOn);
  }
  const ended = await told(null);
  expect(ended.atMs - covered.atMs).toBeGreaterThan(7_000 - BEATS_MS);
  await until('the next core', () => core.starts() === 2);
  expect(core.pid()).not.toBe(first);
  expect(core.log.slice(lines, lines + 3)).toEqual([
    "the core doesn't answer (silent): the window is covered",
    'the core hangs (silent): ending it',
    expect.stringContaining('the core ended (SIGKILL); starting it again'),
  ]);
  const { app, checkout } = await core.call('app.snapshot', undefined);
  expect([app.phase, app.user?.role, checkout.step]).toEqual(['open', 'manager', 'ready']);
  expect(bodies(dataFolder, 'alarm')).toEqual([{ code: 'core-hung', details: { why: 'silent' } }]);
  expect(await redeem()).toMatchObject({ step: 'accepted' });
  expect(bodies(dataFolder, 'redemption')).toHaveLength(2);
}

test.concurrent(
  'a core that is held is noticed, ended and started again, and the counter sells on',
  { timeout: PATIENCE_MS },
  () =>
    atCounter((counter) => {
      const signal = (name: NodeJS.Signals) => (): void => {
        const pid = counter.core.pid();
        if (pid === null) throw new Error('no core runs');
        process.kill(pid, name);
      };
      return outlives(counter, signal('SIGSTOP'), signal('SIGCONT'));
    }),
);

test.concurrent(
  'a core in a loop without end is noticed, ended and started again, and the counter sells on',
  { timeout: PATIENCE_MS },
  () => atCounter((counter) => outlives(counter, counter.core.loop)),
);

test.concurrent(
  'a flush longer than a silent core is given is told as a slow disk; the core stays, the customer is accepted in the end',
  { timeout: PATIENCE_MS },
  () =>
    atCounter(async ({ core, dataFolder, redeem }) => {
      const told = await fromNowOn(core);
      const pid = core.pid();
      const fromMs = performance.now();
      core.slowFlush(12_000);
      const accepted = redeem();
      await told('slow-disk');
      expect(core.latest('checkout')?.step).toBe('confirming');
      expect(await accepted).toMatchObject({ step: 'accepted' });
      expect(performance.now() - fromMs).toBeGreaterThan(12_000);
      await told(null);
      expect([core.pid(), core.starts()]).toEqual([pid, 1]);
      expect(bodies(dataFolder, 'redemption')).toHaveLength(2);
      expect(bodies(dataFolder, 'alarm')).toEqual([]);
    }),
);
