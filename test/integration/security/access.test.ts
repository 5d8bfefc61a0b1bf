import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CoreClient } from '../../support/core-client.ts';
import { openSecurityTerminal, PIN, type SecurityTerminal } from '../../support/security-terminal.ts';

let terminal: SecurityTerminal;

beforeEach(async () => {
  terminal = await openSecurityTerminal();
  await terminal.signIn();
  await terminal.online();
});
afterEach(() => terminal.stop());

const call: CoreClient['call'] = (name, input) => terminal.client().call(name, input);

async function resetCode(userId: string): Promise<string> {
  const { url, operatorToken } = terminal.clearing;
  const path = `/v1/operator/terminals/${await terminal.terminalId()}/pin-resets`;
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId, reason: 'forgotten' }),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return ((await answer.json()) as { code: string }).code;
}

/** Clearing knows the people of a terminal once their entries have come. */
async function known(userId: string): Promise<void> {
  const path = `/v1/operator/terminals/${await terminal.terminalId()}/users`;
  await expect
    .poll(async () => JSON.stringify(await terminal.clearing.operator(path)), { timeout: 15_000 })
    .toContain(userId);
}

test('a forgotten PIN is reset once by a code that clearing signed, without a network, and never again by the same code', async () => {
  const userId = await terminal.managerId();
  await known(userId);
  const code = await resetCode(userId);
  await terminal.clearing.stop();
  await call('access.signOut', undefined);
  for (let attempt = 0; attempt < 5; attempt += 1)
    await expect(call('access.signIn', { userId, pin: '000000' })).rejects.toThrow(/wrong-pin|pin-locked/);
  await expect(call('access.resetPin', { pin: '135790' })).rejects.toThrow('reset-code-refused');
  await call('access.useResetCode', { code });
  expect((await call('app.snapshot', undefined)).app.pinReset?.userId).toBe(userId);
  await call('access.resetPin', { pin: '135790' });
  await expect(call('access.signIn', { userId, pin: PIN })).rejects.toThrow('wrong-pin');
  await call('access.signIn', { userId, pin: '135790' });
  await expect(call('access.useResetCode', { code })).rejects.toThrow('reset-code-refused');
  await terminal.restart();
  await expect(call('access.useResetCode', { code })).rejects.toThrow('reset-code-refused');
  await terminal.clearing.start();
});

test('a reset code that was altered, or is for another terminal, is refused', async () => {
  const userId = await terminal.managerId();
  await known(userId);
  const code = await resetCode(userId);
  const envelope = JSON.parse(Buffer.from(code.slice(6), 'base64url').toString()) as { payload: string };
  const elsewhere = {
    ...envelope,
    payload: envelope.payload.replace(await terminal.terminalId(), 't-other'),
  };
  const forged = `ZMDP1.${Buffer.from(JSON.stringify(elsewhere)).toString('base64url')}`;
  for (const wrong of [forged, `${code.slice(0, -8)}AAAAAAAA`, 'ZMDP1.', 'ZMDP1.e30', 'something else'])
    await expect(call('access.useResetCode', { code: wrong })).rejects.toThrow('reset-code-refused');
});

test('training redeems its own codes in a journal of its own, nothing of it reaches clearing, and real codes stay out', async () => {
  const real = await terminal.order();
  const before = await call('support.status', undefined);
  await call('training.enter', undefined);
  const { app } = await call('app.snapshot', undefined);
  expect(app).toMatchObject({ training: true, phase: 'open', user: { name: '王店长' } });
  await terminal.online();
  const vouchers = await call('training.vouchers', undefined);
  expect(vouchers.map(({ kindId }) => kindId)).toEqual(['supermarket-20', 'supermarket-40']);
  await call('checkout.setAmount', { amountFen: 12_850 });
  await call('checkout.scan', { text: vouchers[0]?.text ?? '', source: 'wedge' });
  const state = terminal.client().latest('checkout');
  if (state?.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(state)}`);
  await call('checkout.confirm', { decisionId: state.decisionId });
  await expect
    .poll(async () => (await call('redemptions.recent', { limit: 1 }))[0]?.state, { timeout: 10_000 })
    .toBe('settled');
  expect(await terminal.redeem(real)).toBe('refused');
  await call('checkout.cancel', undefined);

  await call('training.leave', undefined);
  expect((await call('app.snapshot', undefined)).app).toMatchObject({ training: false, phase: 'open' });
  expect(await call('redemptions.recent', { limit: 5 })).toEqual([]);
  expect((await call('support.status', undefined)).database.head).toEqual(before.database.head);
  await call('checkout.scan', { text: vouchers[1]?.text ?? '', source: 'wedge' });
  expect(terminal.client().latest('checkout')).toMatchObject({ step: 'refused' });
  await terminal.online();
  expect(await terminal.redeem(real)).toBe('accepted');
});

test('signing out ends a training, so that nobody tries out PINs there', async () => {
  await call('training.enter', undefined);
  await call('access.signOut', undefined);
  const { app } = await call('app.snapshot', undefined);
  expect(app).toMatchObject({ training: false, phase: 'sign-in' });
  await expect(call('access.signIn', { userId: await terminal.managerId(), pin: '000000' })).rejects.toThrow(
    'wrong-pin',
  );
});

test('a terminal is retired only when clearing has everything, and redeems no more afterwards', async () => {
  const [first, second] = [await terminal.order(), await terminal.order()];
  await terminal.clearing.stop();
  expect(await terminal.redeem(first)).toBe('accepted');
  await call('checkout.cancel', undefined);
  await expect(call('support.retire', { reason: 'old PC', exported: false })).rejects.toThrow(
    'terminal-has-unsent',
  );
  await terminal.clearing.start();
  await call('sync.now', undefined);
  await expect
    .poll(async () => (await call('support.status', undefined)).unsentEntries, { timeout: 20_000 })
    .toBe(0);
  await call('support.retire', { reason: 'old PC', exported: false });
  expect(await terminal.redeem(second)).toBe('refused');
  expect(terminal.client().latest('checkout')).toMatchObject({ code: 'terminal-suspended' });
  expect(await call('redemptions.recent', { limit: 5 })).toHaveLength(1);
});

test('a terminal without a network is retired with its sealed export, only with the word of the manager, and clearing pays from the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const retire = (exported: boolean): Promise<unknown> =>
    call('support.retire', { reason: 'old PC', exported });
  const [first, second, third] = [await terminal.order(), await terminal.order(), await terminal.order()];
  await terminal.clearing.stop();
  expect(await terminal.redeem(first)).toBe('accepted');
  await call('checkout.cancel', undefined);
  await expect(retire(true), 'nothing is exported').rejects.toThrow('terminal-has-unsent');
  await call('support.exportUnsent', { folder });
  await expect(retire(false), 'nobody has given their word').rejects.toMatchObject({
    cause: {
      code: 'terminal-has-unsent',
      params: { moneyAfterFile: 0, exportedTo: expect.stringContaining(folder) as unknown },
    },
  });
  expect(await terminal.redeem(second)).toBe('accepted');
  await call('checkout.cancel', undefined);
  await expect(retire(true), 'one came after the file').rejects.toMatchObject({
    cause: { code: 'terminal-has-unsent', params: { moneyAfterFile: 1 } },
  });
  const { path } = await call('support.exportUnsent', { folder });
  await retire(true);
  expect(await terminal.redeem(third)).toBe('refused');
  await terminal.clearing.start();
  expect(await call('support.forwardSealed', { path })).toMatchObject({ settled: 2, refused: 0, held: 0 });
  rmSync(folder, { recursive: true });
});
