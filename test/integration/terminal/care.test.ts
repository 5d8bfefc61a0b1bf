import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { businessDay } from '../../../src/domain/business-day.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import {
  openAuthorisedCounter,
  PATIENCE,
  PIN,
  type AuthorisedCounter,
} from '../../support/authorised-counter.ts';
import { startCoreProcess, type CoreProcess } from '../../support/core-process.ts';

let counter: AuthorisedCounter;
beforeEach(async () => {
  counter = await openAuthorisedCounter();
});
afterEach(() => counter.stop());

const core = (): CoreProcess => counter.core();

async function redeem(amountFen: number): Promise<{ readonly epoch: number; readonly seq: number }> {
  await core().call('checkout.setAmount', { amountFen });
  await core().call('checkout.scan', { text: await counter.voucherCode(), source: 'wedge' });
  const { decisionId } = await counter.at('decided');
  await core().call('checkout.confirm', { decisionId });
  return (await counter.at('accepted')).redemption;
}

/** Cuts the network; the counter knows it. */
async function goOffline(): Promise<void> {
  counter.proxy.set({ type: 'reset-in-request', afterBytes: 0 });
  await core().call('sync.now', undefined);
  await expect
    .poll(async () => (await core().call('app.snapshot', undefined)).sync.connection, PATIENCE)
    .toBe('offline');
}

async function goOnline(): Promise<void> {
  counter.proxy.set({ type: 'none' });
  await core().call('sync.now', undefined);
  await counter.online();
}

const unsent = async (): Promise<number> => (await core().call('support.status', undefined)).unsentEntries;
const allSent = (): Promise<void> => expect.poll(unsent, PATIENCE).toBe(0);

/** Another counter of another shop, with a network. */
async function otherTerminal(): Promise<CoreProcess> {
  const folder = join(counter.dataFolder, '..', 'other');
  mkdirSync(folder);
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ devices: { hid: 'off' } }));
  const other = startCoreProcess({ dataFolder: folder });
  await other.ready;
  await other.call('app.activate', {
    clearingUrl: counter.clearing.url,
    activationCode: counter.clearing.activationCode('catering'),
    managerName: '李店长',
    managerPin: PIN,
  });
  const { app } = await other.call('app.snapshot', undefined);
  await other.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  return other;
}

test('what a cut-off counter exported is settled through another one, unopened, and its own sync changes nothing', async () => {
  await allSent();
  await goOffline();
  await redeem(10_000);
  await redeem(20_000);
  const stick = join(counter.dataFolder, '..', 'stick');
  const exported = await core().call('support.exportUnsent', { folder: stick });
  expect(exported.discountFen).toBe(4000);
  const text = readFileSync(exported.path, 'utf8');
  expect(text).not.toContain('redemption');
  expect(await core().call('support.sealedFiles', { folder: stick })).toMatchObject([
    { path: exported.path },
  ]);

  const other = await otherTerminal();
  try {
    const broken = join(stick, 'unsent-broken.zmdj');
    writeFileSync(broken, text.replace(/"sealed":"(.{20})./, '"sealed":"$1~'));
    await expect(other.call('support.forwardSealed', { path: broken })).rejects.toThrow(
      'sealed-file-unreadable',
    );
    const flipped = text.replace(
      /("sealed":".{40})(.)/,
      (_all, head: string, char: string) => head + (char === 'A' ? 'B' : 'A'),
    );
    writeFileSync(broken, flipped);
    await expect(other.call('support.forwardSealed', { path: broken })).rejects.toThrow(
      'sealed-file-unreadable',
    );
    expect(await counter.settled()).toMatchObject({ redemptions: 0 });
    for (let time = 0; time < 2; time += 1) {
      const forwarded = await other.call('support.forwardSealed', { path: exported.path });
      expect(forwarded).toMatchObject({ entries: exported.entries, settled: 2, refused: 0, held: 0 });
      expect(await counter.settled()).toEqual({ redemptions: 2, redeemedFen: 4000, netFen: 4000 });
    }
  } finally {
    await other.stop();
  }
  await goOnline();
  await allSent();
  expect((await core().call('redemptions.recent', { limit: 5 })).map(({ state }) => state)).toEqual([
    'settled',
    'settled',
  ]);
  expect(await counter.settled()).toEqual({ redemptions: 2, redeemedFen: 4000, netFen: 4000 });
});

test('a day against clearing: matched to the fen, what is not sent is ours alone, a return counts on both sides', async () => {
  const first = await redeem(15_000);
  await redeem(10_000);
  const { app } = await core().call('app.snapshot', undefined);
  await core().call('manager.return', {
    epoch: first.epoch,
    seq: first.seq,
    returnedFen: 10_000,
    expected: { backToFundFen: 2000, paidOutFen: 8000 },
    reason: 'defect',
    approval: { managerId: app.user?.id ?? '', pin: PIN },
  });
  await allSent();
  const day = businessDay(Date.now());
  expect(await core().call('manager.reconcile', { day })).toMatchObject({
    matched: { count: 3, discountFen: 2000 },
    onlyOurs: { count: 0, discountFen: 0 },
    onlyTheirs: { count: 0 },
    differing: { count: 0 },
    lines: [],
  });
  expect(await counter.settled()).toEqual({ redemptions: 2, redeemedFen: 4000, netFen: 2000 });
});

test('back-ups are whole journals in both places, a bounded number of them, and a failure is shown', async () => {
  await redeem(10_000);
  const second = join(counter.dataFolder, '..', 'second disk');
  await core().call('support.setBackUp', { folder: second, everyMinutes: 60, keep: 2 });
  for (let copy = 0; copy < 3; copy += 1) await core().call('support.backUp', undefined);
  const status = await core().call('support.status', undefined);
  expect(status.backUp).toMatchObject({ folder: second, keep: 2, lastFault: null });
  expect(status.backups).toHaveLength(4);
  const [place] = readdirSync(second);
  expect(readdirSync(join(second, place ?? ''))).toHaveLength(2);
  for (const { path } of status.backups) {
    const verified = verifyJournal(path, { root: null, head: null });
    expect(verified.result).toBe('whole, but not anchored');
  }
  writeFileSync(join(counter.dataFolder, '..', 'no folder'), '');
  const folder = join(counter.dataFolder, '..', 'no folder');
  await expect(core().call('support.setBackUp', { folder, everyMinutes: 60, keep: 2 })).rejects.toThrow(
    'back-up-failed',
  );
  const { app } = await core().call('app.snapshot', undefined);
  expect(app.notices).toMatchObject([{ code: 'back-up-failed', params: { folder } }]);
});
