import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import { ROOT } from '../../support/app-window.ts';
import { openAuthorisedCounter, PATIENCE, type AuthorisedCounter } from '../../support/authorised-counter.ts';

const run = promisify(execFile);
let counter: AuthorisedCounter;
beforeEach(async () => {
  counter = await openAuthorisedCounter();
});
afterEach(() => counter.stop());

const database = (): string => join(counter.dataFolder, 'journal.db');

async function redeem(amountFen: number): Promise<void> {
  await counter.core().call('checkout.setAmount', { amountFen });
  await counter.core().call('checkout.scan', { text: await counter.voucherCode(), source: 'wedge' });
  const { decisionId } = await counter.at('decided');
  await counter.core().call('checkout.confirm', { decisionId });
  await counter.at('accepted');
}

const allSent = (): Promise<void> =>
  expect
    .poll(async () => (await counter.core().call('support.status', undefined)).unsentEntries, PATIENCE)
    .toBe(0);

/** A one-time code for this very terminal, as an operator of clearing gives it out. */
const freshCode = async (): Promise<string> => {
  const { app } = await counter.core().call('app.snapshot', undefined);
  return counter.newActivationCode(app.store?.id ?? 'demo-supermarket');
};

test('a damaged database is restored from back-up, tail log and clearing into a new epoch; nothing settled is lost or paid twice', async () => {
  await redeem(10_000);
  await counter.core().call('support.backUp', undefined);
  await redeem(20_000);
  await allSent();
  // The last one is known to the tail log alone.
  counter.proxy.set({ type: 'reset-in-request', afterBytes: 0 });
  await redeem(30_000);
  const code = await freshCode();
  await expect(
    counter.core().call('app.restore', { activationCode: code, backUpPath: null }),
  ).rejects.toThrow('restore-not-possible');
  await counter.damageAndRestart(database());
  counter.proxy.set({ type: 'none' });
  const { app } = await counter.core().call('app.snapshot', undefined);
  expect(app).toMatchObject({ phase: 'fault', fault: { code: 'database-damaged' } });
  const { possible, backUps } = await counter.core().call('app.restorePlan', undefined);
  expect(possible).toBe(true);
  expect(backUps).toHaveLength(1);
  const restored = await counter.core().call('app.restore', {
    activationCode: code,
    backUpPath: backUps[0]?.path ?? null,
  });
  expect(restored).toMatchObject({ epoch: 2, lost: null });
  expect(existsSync(join(restored.keptAside, 'journal.db'))).toBe(true);
  await counter.signIn();
  await counter.online();
  await allSent();
  const redemptions = await counter.core().call('redemptions.recent', { limit: 10 });
  expect(redemptions.map(({ amountFen, state }) => [amountFen, state])).toEqual([
    [30_000, 'settled'],
    [20_000, 'settled'],
    [10_000, 'settled'],
  ]);
  await redeem(40_000);
  await allSent();
  expect(await counter.settled()).toEqual({ redemptions: 4, redeemedFen: 8000, netFen: 8000 });
  await counter.core().call('support.backUp', undefined);
  const status = await counter.core().call('support.status', undefined);
  expect(verifyJournal(status.backups[0]?.path ?? '', { root: null, head: null }).result).toBe(
    'whole, but not anchored',
  );
});

test('with nothing but clearing’s copy the command line restores what clearing has, and names what nobody has', async () => {
  await redeem(10_000);
  await allSent();
  const code = await freshCode();
  await counter.core().kill();
  for (const name of readdirSync(counter.dataFolder))
    if (/^journal|^tail|^back-ups/.test(name)) rmSync(join(counter.dataFolder, name), { recursive: true });
  writeFileSync(database(), 'nothing of a database');
  const args = ['restore', '--data-folder', counter.dataFolder, '--activation-code', code, '--from', 'none'];
  const { stdout } = await run(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args]);
  const restored = z.object({ epoch: z.int(), salvaged: z.int(), lost: z.null() }).parse(JSON.parse(stdout));
  expect(restored.epoch).toBe(2);
  expect(restored.salvaged).toBeGreaterThan(1);
  await counter.restart();
  await counter.signIn();
  await counter.online();
  await allSent();
  expect(await counter.core().call('redemptions.recent', { limit: 10 })).toMatchObject([
    { amountFen: 10_000, state: 'settled' },
  ]);
  await redeem(20_000);
  await allSent();
  expect(await counter.settled()).toEqual({ redemptions: 2, redeemedFen: 4000, netFen: 4000 });
});
