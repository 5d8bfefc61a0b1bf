import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildCore } from '../../../scripts/build.ts';
import { startCore, type Core } from '../../../src/terminal/core.ts';
import { examineFolder } from '../../../src/terminal/devices/doctor.ts';
import { readIdentity } from '../../../src/terminal/identity.ts';
import { FILES } from '../../../src/terminal/journal/storage.ts';
import type { JournalIdentity } from '../../../src/terminal/journal/types.ts';
import { startClearing, type ClearingProcess } from '../../support/clearing-process.ts';
import { connectClient, type CoreClient } from '../../support/core-client.ts';
import { startCoreProcess } from '../../support/core-process.ts';
import { redemptionBody } from '../../support/journal-builder.ts';
import { fillFurther } from '../../support/journal-filler.ts';

const PIN = '246810';
const ENTRIES = 2000;
/** Not among the last thousand, which the start looks at. */
const OLD = 500;
const LONG_MS = 60_000;

let folder: string;
let clearing: ClearingProcess;
let core: Core | null = null;
let log: string[] = [];

function start(): CoreClient {
  log = [];
  core = startCore({ dataFolder: folder, version: 'test', resume: false, log: (line) => log.push(line) });
  return connectClient(core);
}
async function stop(): Promise<void> {
  await core?.stop();
  core = null;
}
const databaseFile = (): string => join(folder, FILES.database);
const checked = (): boolean => log.some((line) => line.startsWith('the whole journal was checked'));
const whenChecked = (): Promise<void> => expect.poll(checked, { timeout: LONG_MS }).toBe(true);
const notices = async (client: CoreClient): Promise<unknown> =>
  (await client.call('app.snapshot', undefined)).app.notices;
const databaseFinding = async (): Promise<unknown> =>
  (await examineFolder(folder)).find(({ check }) => check === 'database');

/** Flips one bit in the amount of an entry, in the database's file. */
function flipBit(serial: number): void {
  const bytes = readFileSync(databaseFile());
  const near = bytes.indexOf(`"redemptionId":"R-${serial}"`);
  // A body's members are in the order of the alphabet: the purchase, with its amount, comes before this.
  const at = bytes.lastIndexOf('"amountFen":10000', near) + '"amountFen":1'.length;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(databaseFile(), bytes);
}

function alarms(): readonly unknown[] {
  const db = new Database(databaseFile(), { readonly: true });
  try {
    return db.prepare("SELECT body FROM entries WHERE kind = 'alarm'").pluck().all();
  } finally {
    db.close();
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ devices: { hid: 'off' } }));
  clearing = await startClearing(join(folder, 'clearing'));
  await start().call('app.activate', {
    clearingUrl: clearing.url,
    activationCode: clearing.activationCode('supermarket'),
    managerName: '王店长',
    managerPin: PIN,
  });
  await stop();
  // What is filled in below is no real voucher's: clearing is not to hear of it.
  await clearing.stop();
  const identity = readIdentity(folder);
  if (identity === null) throw new Error('not activated');
  const { terminalId, epoch } = identity.certified;
  const writer: JournalIdentity = { terminalId, epoch, key: identity.key };
  const atMs = Date.now();
  fillFurther(folder, writer, ENTRIES, (nth) => ({ atMs, body: redemptionBody(nth) }), { signed: ENTRIES });
}, LONG_MS);

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

test(
  'a whole journal passes the background check, and nobody is told',
  async () => {
    const client = start();
    await whenChecked();
    expect(await notices(client)).toEqual([]);
    expect(alarms()).toEqual([]);
    expect(await databaseFinding()).toMatchObject({ level: 'ok' });
  },
  2 * LONG_MS,
);

test(
  'a bit that changed in an old entry is found while the counter works: one alarm, a notice, and doctor tells it',
  async () => {
    flipBit(OLD);
    const client = start();
    // The start itself looks only at the end of the chain, and lets the counter work.
    expect((await client.call('app.snapshot', undefined)).app).toMatchObject({
      phase: 'sign-in',
      notices: [],
    });
    await whenChecked();
    const notice = { code: 'journal-broken', params: { what: 'hash-wrong' } };
    expect(await notices(client)).toMatchObject([notice]);
    expect(client.latest('app')?.notices).toMatchObject([notice]);
    expect(alarms()).toHaveLength(1);
    expect(alarms()[0]).toContain('"code":"journal-broken"');
    expect(await databaseFinding()).toMatchObject({ level: 'fail', code: 'database-broken' });

    await stop();
    // Known at once after the next start; the same break is not another alarm.
    const again = start();
    expect(await notices(again)).toMatchObject([notice]);
    await whenChecked();
    expect(alarms()).toHaveLength(1);
  },
  3 * LONG_MS,
);

test(
  'the core as it is shipped finds it too: its thread lies beside it',
  async () => {
    const entry = await buildCore('background-check');
    flipBit(OLD);
    const shipped = startCoreProcess({ dataFolder: folder, entry });
    await shipped.ready;
    try {
      const codes = (): string[] => shipped.latest('app')?.notices?.map(({ code }) => code) ?? [];
      await expect.poll(codes, { timeout: LONG_MS }).toEqual(['journal-broken']);
    } finally {
      await shipped.stop();
      rmSync(dirname(entry), { recursive: true });
    }
  },
  3 * LONG_MS,
);
