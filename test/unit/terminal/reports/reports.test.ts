import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultError } from '../../../../src/terminal/fault-error.ts';
import { csvParts, writeExport } from '../../../../src/terminal/reports/export.ts';
import { NOON } from '../../../support/journal-builder.ts';
import { PINS, reportWorld, type ReportWorld } from '../../../support/report-world.ts';
import { REDEMPTION } from '../../../support/scenes.ts';

const HOUR = 3_600_000;
const DAY = { fromDay: '2023-06-10', toDay: '2023-06-10' };
const WEEK = { fromDay: '2023-06-10', toDay: '2023-06-16' };
const EVERYTHING = { kindId: null, cashierId: null, counter: null, hour: null, state: null };
let world: ReportWorld;

beforeEach(async () => {
  world = await reportWorld();
  await world.signIn('李小红', PINS.cashier);
  world.redeem(1);
  world.redeem(2);
  world.at(NOON + HOUR);
  await world.signIn('王强', PINS.other);
  world.redeem(3);
  const undone = world.redeem(4);
  await world.counter['redemptions.reverse']({ ...undone, approval: null, reason: '' });
  world.at(NOON + 24 * HOUR);
  world.redeem(5, '2023-06-11');
});
afterEach(() => world.close());

const sum = (parts: readonly { readonly totals: { readonly count: number; readonly discountFen: number } }[]) =>
  parts.reduce((total, { totals }) => total + totals.discountFen, 0);

test('every breakdown of a range adds up to its total, and what was reversed is in none', async () => {
  const report = await world.manager['manager.range'](WEEK);
  expect(report.total).toEqual({ count: 4, amountFen: 40_000, discountFen: 8000 });
  expect(report.states.reversed.count).toBe(1);
  expect(report.states.pending.count).toBe(4);
  for (const parts of [report.byKind, report.byHour, report.byCashier, report.byCounter, report.byDay])
    expect(sum(parts)).toBe(report.total.discountFen);
});

test('hours are hours in Beijing, cashiers and kinds have names, days stand apart', async () => {
  const report = await world.manager['manager.range'](DAY);
  expect(report.byHour.map(({ hour, totals }) => [hour, totals.count])).toEqual([
    [12, 2],
    [13, 1],
  ]);
  expect(report.byCashier.map(({ name, totals }) => [name, totals.count])).toEqual([
    ['李小红', 2],
    ['王强', 1],
  ]);
  expect(report.byKind[0]).toMatchObject({ kindId: 'supermarket-20', category: 'supermarket' });
  expect((await world.manager['manager.range'](WEEK)).byDay.map(({ day }) => day)).toEqual([
    '2023-06-10',
    '2023-06-11',
  ]);
});

test('a range the wrong way round, of a day that is none, or too long is refused', async () => {
  for (const range of [
    { fromDay: '2023-06-11', toDay: '2023-06-10' },
    { fromDay: '2023-02-30', toDay: '2023-06-10' },
    { fromDay: '2020-01-01', toDay: '2023-06-10' },
  ])
    await expect(world.manager['manager.range'](range)).rejects.toBeInstanceOf(FaultError);
});

test('every sum can be opened to exactly the redemptions that it is made of', async () => {
  const list = async (filter: Partial<typeof EVERYTHING> & object) =>
    (await world.manager['manager.redemptions']({
      ...DAY,
      filter: { ...EVERYTHING, ...filter },
      offset: 0,
      limit: 100,
    })).total;
  expect(await list({})).toBe(4);
  const filtered = async (filter: object) => list(filter);
  expect(await filtered({ state: 'reversed' })).toBe(1);
  expect(await filtered({ hour: 12 })).toBe(2);
  expect(await filtered({ cashierId: world.userId('王强') })).toBe(2);
  expect(await filtered({ kindId: 'supermarket-20' })).toBe(4);
  expect(await filtered({ kindId: 'catering-40' })).toBe(0);
});

test('a redemption opens to the journal entries that made and unmade it', async () => {
  const page = await world.manager['manager.redemptions']({
    ...DAY,
    filter: { ...EVERYTHING, state: 'reversed' },
    offset: 0,
    limit: 1,
  });
  const [row] = page.rows;
  if (row === undefined) throw new Error('no row');
  const detail = await world.manager['manager.redemption']({ epoch: row.epoch, seq: row.seq });
  expect(detail.entries.map(({ kind }) => kind)).toEqual(['redemption', 'reversal']);
});

test('the exported lines are the listed ones, oldest first, and agree to the fen', async () => {
  const { path, lines } = await world.manager['manager.export']({ ...DAY, format: 'csv' });
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  const parsed = Papa.parse<Record<string, string>>(text.slice(1).trimEnd(), { header: true }).data;
  expect(parsed).toHaveLength(lines);
  expect(parsed.map((line) => line['小票号'])).toEqual(['N-1', 'N-2', 'N-3', 'N-4']);
  expect(parsed.map((line) => line['优惠'])).toEqual(['20.00', '20.00', '20.00', '20.00']);
  const excel = await world.manager['manager.export']({ ...DAY, format: 'xlsx' });
  expect(excel.lines).toBe(4);
  expect(statSync(excel.path).size).toBeGreaterThan(1000);
  expect(readFileSync(excel.path).subarray(0, 2).toString()).toBe('PK');
});

test('an export that fails leaves nothing on a disk that may be full', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  // A folder has the file's name: what was written beside can't be renamed to it.
  for (const format of ['csv', 'xlsx'] as const) {
    mkdirSync(join(folder, `day.${format}`));
    await expect(writeExport(folder, 'day', format, [REDEMPTION])).rejects.toThrow('directory');
  }
  expect(readdirSync(folder).toSorted()).toEqual(['day.csv', 'day.xlsx']);
  rmSync(folder, { recursive: true });
});

test('no name or number in a file becomes a formula of a spreadsheet', () => {
  const text = [...csvParts([{ ...REDEMPTION, cashierName: '=HYPERLINK("x")', receiptNumber: '+1' }])].join('');
  expect(text).not.toMatch(/(^|,)"?[=+]/m);
});

test('accounts show no PIN, and a name is given once', async () => {
  const before = await world.manager['manager.users'](undefined);
  expect(JSON.stringify(before)).not.toMatch(/scrypt|pin/i);
  const add = () =>
    world.manager['manager.addUser']({ name: '赵工', role: 'support', pin: '8642' });
  await add();
  await expect(add()).rejects.toBeInstanceOf(FaultError);
  await world.manager['manager.setPin']({ userId: world.userId('赵工'), pin: '11223344' });
  await world.signIn('赵工', '11223344');
  expect(world.access.current()?.role).toBe('support');
});
