import { randomBytes } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signRequest } from '../../../src/contract/clearing/http-signature.ts';
import { ROUTES } from '../../../src/contract/clearing/protocol.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import { startCore } from '../../../src/terminal/core.ts';
import { readIdentity } from '../../../src/terminal/identity.ts';
import { connectClient } from '../../support/core-client.ts';
import { openSecurityTerminal, PIN, type SecurityTerminal } from '../../support/security-terminal.ts';

/** What an intruder tries beside the page itself (test/e2e/hardening.test.ts). docs/threat-model.md tells the rest. */
const THIS_PC = { seal: null, machineId: 'this-pc' };
let terminal: SecurityTerminal;

beforeEach(async () => {
  terminal = await openSecurityTerminal({ host: THIS_PC });
});
afterEach(() => terminal.stop());

const snapshot = async () => (await terminal.client().call('app.snapshot', undefined)).app;

/** How many redemptions clearing has settled today. */
async function settledCount(): Promise<number> {
  const answer = await terminal.clearing.operator(`/v1/operator/day-totals?day=${businessDay(Date.now())}`);
  const { totals } = answer as { totals: readonly { count: number }[] };
  return totals.reduce((sum, { count }) => sum + count, 0);
}

test('a changed byte in a closed journal is found at the next start, and nothing is redeemed on it', async () => {
  await terminal.signIn();
  await terminal.online();
  expect(await terminal.redeem(await terminal.order())).toBe('accepted');
  await terminal.core().stop();
  const db = new Database(join(terminal.dataFolder, 'journal.db'));
  // Triggers keep the app's own mistakes out; whoever has the file can drop them.
  const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all();
  for (const name of triggers) db.exec(`DROP TRIGGER "${String(name)}"`);
  const changed = db
    .prepare(`UPDATE entries SET body = replace(body, '"discountFen":2000', '"discountFen":9000')`)
    .run();
  expect(changed.changes).toBeGreaterThan(0);
  db.close();
  await terminal.restart();
  expect(await snapshot()).toMatchObject({ phase: 'fault', fault: { code: 'database-damaged' } });
});

test('a data folder carried to another PC opens no terminal there', async () => {
  const copy = join(terminal.folder, 'copy');
  await terminal.core().stop();
  cpSync(join(terminal.dataFolder, 'identity'), join(copy, 'identity'), { recursive: true });
  cpSync(join(terminal.dataFolder, 'journal.db'), join(copy, 'journal.db'));
  const thief = startCore({
    dataFolder: copy,
    version: 'test',
    resume: false,
    log: () => undefined,
    host: { seal: null, machineId: 'other-pc' },
  });
  const { app } = await connectClient(thief).call('app.snapshot', undefined);
  expect(app).toMatchObject({ phase: 'fault', fault: { code: 'data-folder-copied' } });
  await thief.stop();
  await terminal.restart();
  expect(await snapshot()).toMatchObject({ phase: 'sign-in' });
});

test('where the system has a secret store, a copied folder opens nowhere without it, whatever the other PC calls itself', async () => {
  const sealed = await openSecurityTerminal({ host: { seal: randomBytes(32), machineId: 'this-pc' } });
  const copy = join(sealed.folder, 'copy');
  try {
    await sealed.core().stop();
    for (const name of ['identity', 'journal.db', 'settings.json'])
      cpSync(join(sealed.dataFolder, name), join(copy, name), { recursive: true });
    for (const seal of [null, randomBytes(32)]) {
      const thief = startCore({
        dataFolder: copy,
        version: 'test',
        resume: false,
        log: () => undefined,
        host: { seal, machineId: 'this-pc' },
      });
      const { app } = await connectClient(thief).call('app.snapshot', undefined);
      expect(app).toMatchObject({ phase: 'fault', fault: { code: 'data-folder-copied' } });
      await thief.stop();
    }
    await sealed.restart();
    expect((await sealed.client().call('app.snapshot', undefined)).app).toMatchObject({ phase: 'sign-in' });
  } finally {
    await sealed.stop();
  }
});

test('a copy that passes for the same PC is only detected: its entries become a fork, and no voucher pays twice', async () => {
  const copy = join(terminal.folder, 'copy');
  await terminal.signIn();
  await terminal.online();
  const [first, second] = [await terminal.order(), await terminal.order()];
  await terminal.core().stop();
  for (const name of ['identity', 'journal.db', 'tail-0.log', 'tail-1.log', 'settings.json'])
    cpSync(join(terminal.dataFolder, name), join(copy, name), { recursive: true });
  await terminal.restart();
  await terminal.signIn();
  await terminal.online();
  expect(await terminal.redeem(first)).toBe('accepted');
  await expect.poll(settledCount, { timeout: 20_000 }).toBe(1);

  const log: string[] = [];
  const thief = startCore({
    dataFolder: copy,
    version: 'test',
    resume: false,
    log: (line) => log.push(line),
    host: THIS_PC,
  });
  const client = connectClient(thief);
  const { app } = await client.call('app.snapshot', undefined);
  await client.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  await client.call('checkout.setAmount', { amountFen: 12_850 });
  const text = terminal.phone.show(Date.now(), second);
  await client.call('checkout.scan', { text, source: 'wedge' });
  const state = client.latest('checkout');
  if (state?.step === 'decided')
    await client.call('checkout.confirm', { decisionId: state.decisionId }).catch(() => undefined);
  // Whatever the copy shows at its counter, clearing settles nothing of it.
  await client.call('sync.now', undefined);
  await expect
    .poll(
      async () => {
        const { sync, app: now } = await client.call('app.snapshot', undefined);
        const [newest] = await client.call('redemptions.recent', { limit: 1 }).catch(() => []);
        return (
          now.fault?.code === 'journal-behind' ||
          sync.lastError?.code === 'journal-behind' ||
          newest?.state === 'held'
        );
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  await thief.stop();
  expect(await settledCount()).toBe(1);
});

test('a replayed, a forged and a foreign request are refused by clearing', async () => {
  await terminal.online();
  const identity = readIdentity(terminal.dataFolder);
  if (identity === null) throw new Error('not activated');
  const body = JSON.stringify({ packVersions: {}, keyRingVersion: 0, changesAfter: 0 });
  const claim = {
    createdS: Math.floor(Date.now() / 1000),
    nonce: randomBytes(16).toString('base64url'),
    keyId: identity.certified.terminalId,
  };
  const headers = signRequest(
    { ...claim, method: 'POST', path: ROUTES.feed, body: Buffer.from(body) },
    identity.key,
  );
  const send = async (path: string, sent: string, more: Readonly<Record<string, string>>) => {
    const answer = await fetch(`${terminal.clearing.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...more },
      body: sent,
    });
    return [answer.status, ((await answer.json()) as { error?: string }).error ?? null];
  };
  const forgedBody = body.replace('"changesAfter":0', '"changesAfter":1');
  expect(await send(ROUTES.feed, forgedBody, {})).toEqual([401, 'signature-wrong']);
  expect(await send(ROUTES.entries, body, {})).toEqual([401, 'signature-wrong']);
  const named = headers['signature-input'];
  const other = { 'signature-input': named.replace(identity.certified.terminalId, 't-other') };
  expect(await send(ROUTES.feed, body, other)).toEqual([401, 'unknown-terminal']);
  expect(await send(ROUTES.feed, body, {})).toEqual([200, null]);
  expect(await send(ROUTES.feed, body, {})).toEqual([409, 'replayed']);
});

test('a PIN is not found by trying: the count and the lock outlive every restart', async () => {
  const userId = await terminal.managerId();
  const attempt = (pin: string): Promise<string> =>
    terminal
      .client()
      .call('access.signIn', { userId, pin })
      .then(
        () => 'in',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
  const outcomes: string[] = [];
  for (let tried = 0; tried < 5; tried += 1) {
    outcomes.push(await attempt(String(tried).repeat(6)));
    await terminal.restart();
  }
  expect(outcomes).toEqual(['wrong-pin', 'wrong-pin', 'wrong-pin', 'wrong-pin', 'pin-locked']);
  expect(await attempt(PIN)).toBe('pin-locked');
});

test('the count of wrong PINs put back with an old folder is detected as soon as clearing is reached', async () => {
  const old = join(terminal.folder, 'old');
  const files = ['journal.db', 'tail-0.log', 'tail-1.log'];
  const userId = await terminal.managerId();
  const state = async () => terminal.client().call('app.snapshot', undefined);
  const unsent = async () => (await state()).sync.pendingCount;
  await terminal.online();
  await terminal.signIn();
  await terminal.core().stop();
  for (const name of files) cpSync(join(terminal.dataFolder, name), join(old, name));
  await terminal.restart();
  for (const pin of ['111111', '222222', '333333'])
    await expect(terminal.client().call('access.signIn', { userId, pin })).rejects.toThrow('wrong-pin');
  await terminal.signIn();
  await terminal.online();
  expect(await terminal.redeem(await terminal.order())).toBe('accepted');
  await expect.poll(settledCount, { timeout: 20_000 }).toBe(1);
  await expect.poll(unsent, { timeout: 20_000 }).toBe(0);
  await terminal.core().stop();
  for (const name of files) cpSync(join(old, name), join(terminal.dataFolder, name));
  for (const name of ['journal.db-wal', 'journal.db-shm'])
    rmSync(join(terminal.dataFolder, name), { force: true });
  await terminal.restart();
  await expect
    .poll(
      async () => {
        const { app, sync } = await state();
        return app.fault?.code ?? sync.lastError?.code;
      },
      { timeout: 30_000 },
    )
    .toBe('journal-behind');
  await terminal.signIn();
  expect(await terminal.redeem(await terminal.order())).toBe('refused');
  expect(terminal.client().latest('checkout')).toMatchObject({ code: 'terminal-suspended' });
});

test('a stolen terminal is worth nothing once it is revoked: what it redeemed meanwhile is held, what it asks is refused', async () => {
  await terminal.signIn();
  await terminal.online();
  const [first, second] = [await terminal.order(), await terminal.order()];
  const terminalId = await terminal.terminalId();
  await terminal.clearing.stop();
  expect(await terminal.redeem(first)).toBe('accepted');
  await terminal.core().stop();
  await terminal.clearing.start();
  const answer = await fetch(`${terminal.clearing.url}/v1/operator/terminals/${terminalId}/status`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${terminal.clearing.operatorToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ status: 'suspended', reason: 'stolen' }),
  });
  expect(answer.status).toBe(200);
  await terminal.restart();
  await terminal.signIn();
  const newest = async () => (await terminal.client().call('redemptions.recent', { limit: 1 }))[0];
  await expect.poll(async () => (await newest())?.state, { timeout: 20_000 }).toBe('held');
  expect(await terminal.redeem(second)).toBe('refused');
  expect(terminal.client().latest('checkout')).toMatchObject({ code: 'terminal-suspended' });
  expect(await settledCount()).toBe(0);
});
