import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { businessDay } from '../../../src/domain/business-day.ts';
import { startCore, type Core } from '../../../src/terminal/core.ts';
import { startClearing, type ClearingProcess } from '../../support/clearing-process.ts';
import { connectClient, type CoreClient } from '../../support/core-client.ts';
import { createPhone, type Phone, type PhoneVoucher } from '../../support/demo-phone.ts';
import { startVirtualPrinter, type VirtualPrinter } from '../../support/virtual-printer.ts';

const TOKEN = 'A'.repeat(43);
const PIN = '246810';

let folder: string;
let clearing: ClearingProcess;
let printer: VirtualPrinter;
let tillPort: number;
let core: Core;
let client: CoreClient;
let phone: Phone;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? 0 : address.port;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  clearing = await startClearing(join(folder, 'clearing'));
  printer = await startVirtualPrinter({ answers: true });
  tillPort = await freePort();
  const connection = { type: 'tcp', host: '127.0.0.1', port: printer.port };
  const settings = {
    devices: { hid: 'off', printer: { connection } },
    till: { enabled: true, port: tillPort, token: TOKEN },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  core = startCore({ dataFolder: folder, version: 'test', resume: false, log: () => undefined });
  client = connectClient(core);
  phone = createPhone();
  await client.call('app.activate', {
    clearingUrl: clearing.url,
    activationCode: clearing.activationCode('supermarket'),
    managerName: '王店长',
    managerPin: PIN,
  });
  const { app } = await client.call('app.snapshot', undefined);
  await client.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  await expect.poll(() => client.latest('sync')?.connection, { timeout: 15_000 }).toBe('online');
});

afterEach(async () => {
  await core.stop();
  await clearing.stop();
  await printer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const order = (): Promise<PhoneVoucher> =>
  phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person: `p-${Math.random()}` });

async function scan(voucher: PhoneVoucher): Promise<void> {
  await client.call('checkout.scan', { text: phone.show(Date.now(), voucher), source: 'wedge' });
}

async function confirm(): Promise<void> {
  const state = client.latest('checkout');
  if (state?.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(state)}`);
  await client.call('checkout.confirm', { decisionId: state.decisionId });
}

test('an accepted redemption is printed once, and again with 重打 when asked', async () => {
  await client.call('checkout.setAmount', { amountFen: 12_850 });
  await scan(await order());
  await confirm();
  await expect.poll(() => printer.slips.length, { timeout: 10_000 }).toBe(1);
  const text = (slip: Buffer | undefined): string => new TextDecoder('gb18030').decode(slip);
  expect(text(printer.slips[0])).toContain('108.50');
  expect(text(printer.slips[0])).not.toContain('重打');
  const [newest] = await client.call('redemptions.recent', { limit: 1 });
  await client.call('receipt.reprint', { epoch: newest?.epoch ?? 0, seq: newest?.seq ?? 0 });
  await expect.poll(() => printer.slips.length, { timeout: 10_000 }).toBe(2);
  expect(text(printer.slips[1])).toContain('重打');
});

test('the id of a decision works once, and no other id works at all', async () => {
  await client.call('checkout.setAmount', { amountFen: 10_000 });
  await scan(await order());
  const state = client.latest('checkout');
  if (state?.step !== 'decided') throw new Error('not decided');
  await expect(client.call('checkout.confirm', { decisionId: 'made-up' })).rejects.toThrow(
    'decision-unknown',
  );
  await client.call('checkout.confirm', { decisionId: state.decisionId });
  await expect(client.call('checkout.confirm', { decisionId: state.decisionId })).rejects.toThrow(
    'decision-unknown',
  );
  expect(await client.call('redemptions.recent', { limit: 10 })).toHaveLength(1);
});

test('one purchase takes one voucher, and the same purchase with another amount is an error', async () => {
  await client.call('checkout.setReceipt', { receiptNumber: 'R-1' });
  await client.call('checkout.setAmount', { amountFen: 20_000 });
  await scan(await order());
  await confirm();
  await client.call('checkout.setReceipt', { receiptNumber: 'R-1' });
  await client.call('checkout.setAmount', { amountFen: 20_000 });
  await scan(await order());
  expect(client.latest('checkout')).toMatchObject({ step: 'refused', code: 'one-voucher-per-purchase' });
  await expect(client.call('checkout.setAmount', { amountFen: 30_000 })).rejects.toThrow(
    'purchase-amount-differs',
  );
});

test('till software opens a purchase, follows it to its redemption, and hears the same when it asks twice', async () => {
  const address = `http://127.0.0.1:${tillPort}/v1/redemptions/${businessDay(Date.now())}/K7/R-100`;
  const ask = (method: string, body?: unknown): Promise<Response> =>
    fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await expect
    .poll(
      () =>
        ask('GET').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(404);
  expect((await ask('PUT', { amountFen: 15_000 })).status).toBe(201);
  expect((await ask('PUT', { amountFen: 15_000 })).status).toBe(200);
  expect((await ask('PUT', { amountFen: 16_000 })).status).toBe(409);
  await scan(await order());
  await confirm();
  expect(await (await ask('GET')).json()).toMatchObject({
    state: 'redeemed',
    redemption: { discountFen: 2000, payableFen: 13_000 },
  });
  expect((await ask('DELETE')).status).toBe(409);
});

test('five wrong PINs lock the account, also for the right one', async () => {
  const { app } = await client.call('app.snapshot', undefined);
  const userId = app.users[0]?.id ?? '';
  for (let attempt = 1; attempt < 5; attempt += 1) {
    await expect(client.call('access.signIn', { userId, pin: '000000' })).rejects.toThrow('wrong-pin');
  }
  await expect(client.call('access.signIn', { userId, pin: '000000' })).rejects.toThrow('pin-locked');
  await expect(client.call('access.signIn', { userId, pin: PIN })).rejects.toThrow('pin-locked');
});

test('reversal and shift are printed, and a printer without paper keeps their slips and undoes nothing', async () => {
  const text = (): string => printer.slips.map((slip) => new TextDecoder('gb18030').decode(slip)).join('');
  await client.call('shift.open', undefined);
  await client.call('checkout.setAmount', { amountFen: 12_850 });
  await scan(await order());
  await confirm();
  await expect.poll(text, { timeout: 10_000 }).toContain('108.50');
  printer.habits = { answers: true, paper: false };
  const [newest] = await client.call('redemptions.recent', { limit: 1 });
  const { epoch, seq } = newest ?? { epoch: 0, seq: 0 };
  const reversed = await client.call('redemptions.reverse', { epoch, seq, reason: '', approval: null });
  expect(reversed.state).toBe('reversed');
  await expect
    .poll(() => client.latest('devices')?.find(({ kind }) => kind === 'printer'), { timeout: 10_000 })
    .toMatchObject({ waitingSlips: 1, problem: { code: 'printer-out-of-paper' } });
  const findings = await client.call('devices.diagnose', undefined);
  expect(findings.map(({ check }) => check)).toEqual([
    'runtime',
    'database',
    'key',
    'clock',
    'clearing',
    'scanners',
    'printer',
    'disk',
    'update',
  ]);
  expect(findings.find(({ check }) => check === 'printer')).toMatchObject({
    level: 'fail',
    code: 'printer-out-of-paper',
  });
  await expect.poll(() => client.latest('sync')?.pendingCount, { timeout: 15_000 }).toBe(0);
  const report = await client.call('shift.close', { approval: null });
  printer.habits = { answers: true };
  await client.call('printer.printWaiting', undefined);
  await expect.poll(text, { timeout: 15_000 }).toContain('交接班单');
  expect(text()).toContain('撤销');
  await client.call('receipt.shift', { number: report.number });
  await expect.poll(() => text().includes('重打'), { timeout: 15_000 }).toBe(true);
});
