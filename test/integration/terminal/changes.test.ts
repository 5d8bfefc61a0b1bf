import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deviceSettingsSchema } from '../../../src/contract/terminal/device-settings.ts';
import { verifyJournal } from '../../../src/terminal/journal/verify.ts';
import { startLiveCore, type LiveCore } from '../../support/live-core.ts';
import { startVirtualPrinter } from '../../support/virtual-printer.ts';

/** Who changed which settings is in the journal like the money, and goes to clearing with it. */

const patience = { timeout: 20_000 };
let live: LiveCore;

beforeEach(async () => {
  live = await startLiveCore();
});
afterEach(() => live.stop());

async function changes(): Promise<readonly object[]> {
  return live.client().call('support.changes', { limit: 50 });
}

test('each change says who, when, what it was and what it is; clearing records it, and the journal stays whole', async () => {
  const { app } = await live.client().call('app.snapshot', undefined);
  const printer = { connection: { type: 'tcp', host: '192.0.2.7' } };
  await live.client().call('devices.save', deviceSettingsSchema.parse({ hid: 'off', printer }));
  const [newest] = await changes();
  expect(newest).toMatchObject({
    type: 'settings',
    byName: app.user?.name,
    lines: [
      { key: 'devices.printer.connection.host', value: '— → 192.0.2.7' },
      { key: 'devices.printer.connection.port', value: '— → 9100' },
      { key: 'devices.printer.connection.type', value: 'none → tcp' },
    ],
  });
  // The same once more is no change.
  await live.client().call('devices.save', deviceSettingsSchema.parse({ hid: 'off', printer }));
  expect(await changes()).toHaveLength(2);
  await live.client().call('support.setBackUp', { folder: null, everyMinutes: 30, keep: 48 });
  expect((await changes())[0]).toMatchObject({
    byName: app.user?.name,
    lines: [{ key: 'backUp.everyMinutes', value: '60 → 30' }],
  });

  await live.client().call('sync.now', undefined);
  await expect
    .poll(async () => (await live.client().call('support.status', undefined)).unsentEntries, patience)
    .toBe(0);
  await live.stopCore();
  expect(verifyJournal(join(live.folder, 'journal.db'), { root: null, head: null })).toMatchObject({
    result: 'whole, but not anchored',
  });
});

test('what was changed in the file while the terminal was off is noted at its next start, a token only as ***', async () => {
  const [first] = await changes();
  const { tillToken } = live;
  expect(first).toMatchObject({ byName: null });
  expect(JSON.stringify(first)).toContain('"— → ***"');
  const till = { enabled: true, port: live.tillPort, token: 'B'.repeat(43) };
  await live.restart({ till });
  await live.signIn();
  expect((await changes())[0]).toMatchObject({
    byName: null,
    lines: [{ key: 'till.token', value: '*** → ***' }],
  });
  await live.restart({ till: { ...till, enabled: false } });
  await live.signIn();
  expect((await changes())[0]).toMatchObject({ lines: [{ key: 'till.enabled', value: 'true → false' }] });
  await live.restart({ till: { ...till, enabled: false } });
  await live.signIn();
  expect(await changes()).toHaveLength(3);
  await live.stopCore();
  const files = ['journal.db', 'journal.db-wal', 'tail-0.log', 'tail-1.log'].map((name) => {
    try {
      return readFileSync(join(live.folder, name), 'latin1');
    } catch {
      return '';
    }
  });
  for (const secret of [tillToken, till.token]) expect(files.join('')).not.toContain(secret);
});

test('an X report is printed without closing the shift, and one that the printer did not take waits for it', async () => {
  const printer = await startVirtualPrinter({ answers: true });
  const text = (): string => printer.slips.map((slip) => new TextDecoder('gb18030').decode(slip)).join('');
  const device = (): unknown =>
    live
      .client()
      .latest('devices')
      ?.find(({ kind }) => kind === 'printer');
  try {
    const connection = { type: 'tcp', host: '127.0.0.1', port: printer.port };
    await live
      .client()
      .call('devices.save', deviceSettingsSchema.parse({ hid: 'off', printer: { connection } }));
    await live.client().call('shift.open', undefined);
    const { number, type } = await live.client().call('shift.report', undefined);
    expect([number, type]).toEqual([1, 'X']);
    await live.client().call('receipt.shift', { number });
    await expect.poll(text, patience).toContain('本班报表 X');
    expect(text()).not.toContain('重打');
    expect((await live.client().call('app.snapshot', undefined)).app.shift?.number).toBe(1);

    await printer.stop();
    await live.client().call('receipt.shift', { number });
    await vi.waitFor(() => expect(device()).toMatchObject({ waitingSlips: 1 }), patience);
    expect(await live.client().call('printer.waiting', undefined)).toMatchObject([{ title: 'X 1' }]);
    expect((await live.client().call('shift.close', { approval: null })).type).toBe('Z');
  } finally {
    await printer.stop();
  }
});
