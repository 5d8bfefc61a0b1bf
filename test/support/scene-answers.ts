import type {
  RangeReport,
  Reconciliation,
  ReturnPreview,
  ShiftReport,
} from '../../src/contract/terminal/reports.ts';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { APP, NOON_MS, REDEMPTION } from './scenes.ts';

const TOTALS = { count: 1, amountFen: 12850, discountFen: 2000 };
export const times = (count: number) => ({
  count,
  amountFen: 12850 * count,
  discountFen: 2000 * count,
});
const KINDS = [
  { kindId: 'supermarket-40', category: 'supermarket', faceValueFen: 4000, totals: times(96) },
  { kindId: 'supermarket-20', category: 'supermarket', faceValueFen: 2000, totals: times(88) },
] as const;

export const SHIFT: ShiftReport = {
  type: 'X',
  number: 12,
  openedAtMs: NOON_MS - 4 * 3_600_000,
  openedByName: '李小红',
  closedAtMs: null,
  closedByName: null,
  total: times(184),
  reversed: TOTALS,
  unsent: times(3),
  byKind: KINDS,
};

export const REPORT: RangeReport = {
  fromDay: '2023-06-10',
  toDay: '2023-06-10',
  total: times(184),
  backToFundFen: 0,
  states: {
    pending: times(3),
    settled: times(180),
    held: times(1),
    refused: times(2),
    reversed: times(1),
  },
  byKind: KINDS,
  byHour: [9, 10, 11, 13, 14].map((hour, at) => ({ hour, totals: times(20 + at * 7) })),
  byCashier: [
    { cashierId: 'u1', name: '李小红', totals: times(120) },
    { cashierId: 'u2', name: '王强', totals: times(64) },
  ],
  byCounter: [{ counter: '3 号收银台', totals: times(184) }],
  byDay: [{ day: '2023-06-10', totals: times(184) }],
};

const RECENT: readonly RedemptionView[] = [
  REDEMPTION,
  { ...REDEMPTION, seq: 41, atMs: NOON_MS - 120_000, state: 'settled', reversibleUntilMs: NOON_MS + 180_000 },
  { ...REDEMPTION, seq: 40, atMs: NOON_MS - 900_000, state: 'settled', reversibleUntilMs: NOON_MS - 600_000 },
  { ...REDEMPTION, seq: 39, cashierName: '王强', state: 'refused', reversibleUntilMs: null },
  { ...REDEMPTION, seq: 38, cashierName: '王强', state: 'reversed', reversibleUntilMs: null },
];

/** A part of the goods comes back, and the rest is below the minimum. */
export const RETURN_PREVIEW: ReturnPreview = {
  redemption: { ...REDEMPTION, state: 'settled' },
  kind: 'refund',
  returnedFen: 5000,
  returnedBeforeFen: 0,
  restFen: 7850,
  minSpendFen: 10000,
  backToFundFen: 2000,
  paidOutFen: 3000,
  customerOwesFen: 0,
};

const line = { epoch: 1, kind: 'redemption', reason: null, settlementDay: null } as const;
export const RECONCILED: Reconciliation = {
  day: '2023-06-10',
  atMs: NOON_MS,
  matched: { count: 181, discountFen: 362_000 },
  onlyOurs: { count: 2, discountFen: 4000 },
  onlyTheirs: { count: 1, discountFen: 2000 },
  differing: { count: 1, discountFen: 2000 },
  lines: [
    { ...line, seq: 37, oursFen: 2000, theirsFen: 4000, state: 'settled' },
    { ...line, seq: 39, oursFen: 2000, theirsFen: null, state: 'refused', reason: 'already-redeemed' },
    { ...line, seq: 42, oursFen: 2000, theirsFen: null, state: 'pending' },
    { ...line, seq: 44, oursFen: null, theirsFen: 2000, state: null },
  ],
};
const NONE = { count: 0, discountFen: 0 };
export const AGREED: Reconciliation = {
  ...RECONCILED,
  onlyOurs: NONE,
  onlyTheirs: NONE,
  differing: NONE,
  lines: [],
};

/** Answers of the core to the calls of dialogs, manager and support. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  'redemptions.recent': RECENT,
  'redemptions.reverse': { ...REDEMPTION, state: 'reversed', reversibleUntilMs: null },
  'shift.report': SHIFT,
  'shift.close': { ...SHIFT, type: 'Z', closedAtMs: NOON_MS, closedByName: '李小红' },
  'manager.range': REPORT,
  'manager.redemptions': {
    total: 20_000,
    rows: Array.from({ length: 100 }, (_, at) => ({
      ...REDEMPTION,
      seq: 20_000 - at,
      receiptNumber: `0610-${String(20_000 - at)}`,
      state: (['settled', 'pending', 'refused', 'held', 'reversed'] as const)[at % 5],
    })),
  },
  'manager.redemption': {
    redemption: { ...REDEMPTION, state: 'settled' },
    entries: [
      {
        epoch: 1,
        seq: 42,
        kind: 'redemption',
        atMs: NOON_MS,
        hash: 'a3'.repeat(32),
        prev: '0f'.repeat(32),
        body: '{"amountFen":12850,"discountFen":2000}',
      },
    ],
    settlementDay: '2023-06-10',
    borneBy: null,
  },
  'manager.returnPreview': RETURN_PREVIEW,
  'manager.return': { ...REDEMPTION, state: 'settled', returnedFen: 5000, backToFundFen: 2000 },
  'manager.reconcile': RECONCILED,
  'support.changes': [
    {
      type: 'settings',
      epoch: 1,
      seq: 37,
      atMs: NOON_MS - 3_600_000,
      byName: '技术员',
      lines: [
        { key: 'devices.printer.connection.host', value: '192.168.1.50 → 192.168.1.51' },
        { key: 'till.token', value: '— → ***' },
      ],
    },
    {
      type: 'device',
      epoch: 1,
      seq: 12,
      atMs: NOON_MS - 7_200_000,
      device: 'scanner: Newland HR22 (hid, /dev/hidraw0)',
      change: 'added',
    },
  ],
  'support.folders': [
    { path: '/media/KINGSTON', freeBytes: 15_032_385_536 },
    { path: '/mnt/second-disk', freeBytes: 210_453_397_504 },
  ],
  'support.exportUnsent': {
    path: '/media/KINGSTON/unsent-T-0001-2023-06-10T06-02-00-000Z.zmdj',
    sizeBytes: 4096,
    entries: 3,
    discountFen: 6000,
  },
  'support.sealedFiles': [
    { path: '/media/KINGSTON/unsent-T-0002-2023-06-10T05-40-00-000Z.zmdj', sizeBytes: 40_960, atMs: NOON_MS },
  ],
  'support.forwardSealed': { terminalId: 'T-0002', entries: 31, settled: 30, refused: 1, held: 0 },
  'support.archive': { moved: 0, file: null },
  'training.vouchers': [
    { kindId: 'supermarket-20', faceValueFen: 2000, minSpendFen: 10_000, text: 'TRAINING-20' },
    { kindId: 'supermarket-40', faceValueFen: 4000, minSpendFen: 20_000, text: 'TRAINING-40' },
  ],
  'app.restorePlan': {
    possible: true,
    backUps: [
      { path: '/mnt/second-disk/journal-20230610-1300.db', sizeBytes: 48_000_000, atMs: NOON_MS - 3_600_000 },
      { path: '/data/back-ups/journal-1.db', sizeBytes: 47_900_000, atMs: NOON_MS - 7_200_000 },
    ],
  },
  'app.restore': {
    epoch: 2,
    salvaged: 12,
    lost: { fromSeq: 4709, toSeq: 4711 },
    keptAside: '/data/damaged-20230610',
  },
  'manager.shifts': [SHIFT, { ...SHIFT, type: 'Z', number: 11, closedAtMs: NOON_MS, closedByName: '王强' }],
  'manager.export': { path: '/data/exports/核销明细-2023-06-10.xlsx', lines: 184 },
  'manager.users': APP.users.map(({ id, name, role }) => ({
    id,
    name,
    role,
    lockedUntilMs: id === 'u2' ? NOON_MS + 60_000 : null,
  })),
  'support.status': {
    versions: { app: '0.1.0', node: '24.21.0', system: 'Linux 6.1' },
    clearingUrl: 'https://clearing.example.cn',
    database: {
      path: '/data/journal.db',
      sizeBytes: 48_234_496,
      head: { epoch: 1, seq: 4711, hash: 'a3'.repeat(32) },
    },
    acknowledged: { epoch: 1, seq: 4708, hash: 'b4'.repeat(32) },
    unsentEntries: 3,
    diskFreeBytes: 21_474_836_480,
    clockSkewMs: 120,
    packs: [
      { name: 'key-ring', version: 3, atMs: NOON_MS },
      { name: 'pack:zhumadian-2023', version: 2, atMs: NOON_MS },
    ],
    backups: [{ path: '/data/back-ups/journal-1.db', sizeBytes: 48_000_000, atMs: NOON_MS }],
    backUp: {
      folder: '/mnt/second-disk/voucher-terminal',
      everyMinutes: 60,
      keep: 48,
      lastGoodAtMs: NOON_MS,
      nextAtMs: NOON_MS + 3_600_000,
      lastFault: null,
      running: false,
    },
    archive: { keepMonths: 6, through: null, files: [], lastFault: null },
  },
  'support.backUp': { path: '/data/back-ups/journal-2.db', sizeBytes: 48_000_000, atMs: NOON_MS },
  'support.bundlePreview': [
    { name: 'status.json', text: '{\n  "unsentEntries": 3\n}' },
    { name: 'log.txt', text: '2023-06-10T06:02:00.000Z journal: created' },
  ],
  'support.writeBundle': { path: '/data/log-bundles/bundle-1.txt', sizeBytes: 2048, atMs: NOON_MS },
};
