import type { RangeReport, ShiftReport } from '../../src/contract/terminal/reports.ts';
import type {
  AppState,
  CheckoutState,
  Device,
  RedemptionView,
  SyncState,
} from '../../src/contract/terminal/state.ts';
import type { Scene } from './fake-bridge.ts';

/** A Saturday in the campaign, 14:02 in Beijing. */
export const NOON_MS = Date.UTC(2023, 5, 10, 6, 2);

export const APP: AppState = {
  phase: 'open',
  fault: null,
  training: false,
  language: 'zh',
  version: '0.1.0',
  terminal: { id: 'T-0001', counter: '3 号收银台' },
  store: {
    id: 'S-0001',
    nameZh: '驿城区乐山商场',
    nameEn: 'Leshan Department Store',
    category: 'supermarket',
  },
  user: { id: 'u1', name: '李小红', role: 'cashier' },
  users: [
    { id: 'u1', name: '李小红', role: 'cashier' },
    { id: 'u2', name: '王强', role: 'cashier' },
    { id: 'u3', name: '陈店长', role: 'manager' },
    { id: 'u4', name: '赵工', role: 'support' },
  ],
  shift: { number: 12, openedAtMs: NOON_MS - 4 * 3_600_000 },
};

const OFFLINE_LIMITS = { ageMs: 4 * 3_600_000, count: 50, discountFen: 200_000 };

export const SYNCED: SyncState = {
  connection: 'online',
  pendingCount: 0,
  pendingDiscountFen: 0,
  oldestPendingAtMs: null,
  lastContactAtMs: NOON_MS,
  lastError: null,
  clock: 'trusted',
  offlineLeft: {
    ageMs: 4 * 3_600_000,
    count: 50,
    discountFen: 200_000,
    of: OFFLINE_LIMITS,
    first: 'age',
  },
};

export const DEVICES: readonly Device[] = [
  {
    id: 'd1',
    kind: 'scanner',
    transport: 'serial',
    name: 'Newland FM30',
    path: '/dev/ttyACM0',
    status: 'open',
    problem: null,
  },
  {
    id: 'd2',
    kind: 'printer',
    transport: 'tcp',
    name: '80 mm',
    path: '127.0.0.1:9100',
    status: 'open',
    problem: null,
  },
];

export const REDEMPTION: RedemptionView = {
  epoch: 1,
  seq: 42,
  atMs: NOON_MS,
  businessDay: '2023-06-10',
  kindId: 'supermarket-20',
  faceValueFen: 2000,
  serial: '1024',
  amountFen: 12850,
  discountFen: 2000,
  payableFen: 10850,
  returnedFen: 0,
  backToFundFen: 0,
  cashierName: '李小红',
  receiptNumber: '0610-0042',
  offline: false,
  state: 'pending',
  reason: null,
  reversibleUntilMs: NOON_MS + 300_000,
};

const VOUCHER = {
  kindId: 'supermarket-20',
  category: 'supermarket',
  faceValueFen: 2000,
  minSpendFen: 10000,
  notAfterMs: Date.UTC(2023, 5, 14, 16),
} as const;

export const DECIDED: CheckoutState = {
  step: 'decided',
  decisionId: 'dec-1',
  expiresAtMs: NOON_MS + 300_000,
  voucher: VOUCHER,
  amountFen: 12850,
  discountFen: 2000,
  payableFen: 10850,
  receiptNumber: '0610-0042',
  offline: false,
};

/** Every step of a checkout, and some that look different. */
export const STEPS: Readonly<Record<string, CheckoutState>> = {
  ready: { step: 'ready', amountFen: null, receiptNumber: '' },
  'ready-amount': { step: 'ready', amountFen: 12850, receiptNumber: '' },
  'ready-most': { step: 'ready', amountFen: 999_999_999, receiptNumber: '' },
  'amount-needed': { step: 'amount-needed', voucher: VOUCHER, receiptNumber: '' },
  decided: DECIDED,
  'decided-offline': { ...DECIDED, offline: true },
  'decided-car': {
    ...DECIDED,
    voucher: {
      ...VOUCHER,
      kindId: 'car-8000',
      category: 'car',
      faceValueFen: 800_000,
      minSpendFen: 20_000_000,
    },
    amountFen: 999_999_999,
    discountFen: 800_000,
    payableFen: 999_199_999,
  },
  'refused-threshold': {
    step: 'refused',
    code: 'below-threshold',
    params: { minSpendFen: 10000, shortfallFen: 1 },
    amountFen: 9999,
    receiptNumber: '',
  },
  'refused-used': {
    step: 'refused',
    code: 'already-redeemed',
    params: { atMs: NOON_MS, storeName: '驿城区乐山商场', receiptNumber: '0610-0042' },
    amountFen: 12850,
    receiptNumber: '',
  },
  'refused-wallet': {
    step: 'refused',
    code: 'wrong-wallet',
    params: { wallet: 'alipay' },
    amountFen: null,
    receiptNumber: '',
  },
  asking: { step: 'asking', authorisationId: 'a-1', sinceMs: NOON_MS, amountFen: 12850, receiptNumber: '' },
  confirming: { step: 'confirming', amountFen: 12850, payableFen: 10850, receiptNumber: '' },
  accepted: { step: 'accepted', redemption: REDEMPTION },
  'accepted-offline': { step: 'accepted', redemption: { ...REDEMPTION, offline: true } },
  'not-doubled': { step: 'recorded-not-confirmed', redemption: REDEMPTION },
  unknown: {
    step: 'unknown',
    authorisationId: 'a1',
    sinceMs: NOON_MS,
    amountFen: 12850,
    receiptNumber: '',
  },
};

export const SCENE: Scene = {
  app: APP,
  checkout: { step: 'ready', amountFen: null, receiptNumber: '' },
  sync: SYNCED,
  devices: DEVICES,
};

const TOTALS = { count: 1, amountFen: 12850, discountFen: 2000 };
const times = (count: number) => ({
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

const OFFLINE: SyncState = {
  ...SYNCED,
  connection: 'offline',
  pendingCount: 3,
  pendingDiscountFen: 6000,
  oldestPendingAtMs: NOON_MS - 12 * 60_000,
  lastContactAtMs: NOON_MS - 13 * 60_000,
  lastError: { code: 'clearing-unreachable', params: {} },
  offlineLeft: {
    ageMs: 3 * 3_600_000,
    count: 47,
    discountFen: 194_000,
    of: OFFLINE_LIMITS,
    first: 'age',
  },
};

const user = (id: string): AppState => ({ ...APP, user: APP.users.find((its) => its.id === id) ?? null });

/** A screen or state, and the test ids to click one after the other to get there. */
export interface Picture {
  readonly scene: Scene;
  readonly clicks: readonly string[];
}
const picture = (scene: Scene, ...clicks: readonly string[]): Picture => ({
  scene: { ...scene, answers: ANSWERS },
  clicks,
});

/** Every screen and state that a person can come to. */
const CAR_SCENE: Scene = {
  ...SCENE,
  app: {
    ...APP,
    store: { id: 'S-0005', nameZh: '天中汽车城', nameEn: 'Tianzhong Motors', category: 'car' },
    carRules: {
      earliestDay: '2023-05-01',
      bands: [
        { faceValueFen: 50_000, fromFen: 1_000_000, belowFen: 5_000_000 },
        { faceValueFen: 100_000, fromFen: 5_000_000, belowFen: 10_000_000 },
        { faceValueFen: 800_000, fromFen: 20_000_000, belowFen: null },
      ],
    },
  },
};
const inPad = (digits: string): readonly string[] => Array.from(digits, (digit) => `car >> pin-${digit}`);
const CAR_CLICKS = [
  ...inPad('9999900'),
  'car-seats-value',
  ...inPad('8'),
  'car-day-value',
  ...inPad('20230401'),
  'car-buyer-first',
  'car-passengerCar-first',
  'car-invoiceReissued-second',
  'car-papersAgree-second',
];

export const PICTURES: Readonly<Record<string, Picture>> = {
  ...Object.fromEntries(
    Object.entries(STEPS).map(([name, checkout]) => [`cashier-${name}`, picture({ ...SCENE, checkout })]),
  ),
  'cashier-offline': picture({
    ...SCENE,
    sync: OFFLINE,
    devices: DEVICES.map((device) => ({ ...device, status: 'lost' })),
  }),
  'car-empty': picture(CAR_SCENE, 'f3'),
  'car-filled': picture(CAR_SCENE, 'f3', ...CAR_CLICKS),
  'cashier-training': picture({ ...SCENE, app: { ...APP, training: true } }),
  help: picture(SCENE, 'f1'),
  'reversal-alone': picture(SCENE, 'f2'),
  'reversal-manager': picture(SCENE, 'f2', 'recent-2', 'reason-wrong-amount'),
  'reversal-never': picture(SCENE, 'f2', 'recent-3'),
  'reversal-done': picture(SCENE, 'f2', 'reverse-submit'),
  'reversal-empty': {
    scene: { ...SCENE, answers: { ...ANSWERS, 'redemptions.recent': [] } },
    clicks: ['f2'],
  },
  'shift-unsent': picture(SCENE, 'f8'),
  'shift-closed': {
    scene: { ...SCENE, answers: { ...ANSWERS, 'shift.report': { ...SHIFT, unsent: times(0) } } },
    clicks: ['f8', 'shift-submit'],
  },
  'shift-none': picture({ ...SCENE, app: { ...APP, shift: null } }, 'f8'),
  'sign-in': picture({ ...SCENE, app: { ...APP, phase: 'sign-in', user: null } }),
  activation: picture({
    ...SCENE,
    app: { ...APP, phase: 'activation', user: null, users: [], store: null, terminal: null },
  }),
  'activation-mistakes': picture(
    {
      ...SCENE,
      app: { ...APP, phase: 'activation', user: null, users: [], store: null, terminal: null },
    },
    'activate-submit',
  ),
  starting: picture({ ...SCENE, app: { ...APP, phase: 'starting', user: null } }),
  fault: picture({
    ...SCENE,
    app: {
      ...APP,
      phase: 'fault',
      fault: { code: 'settings-unreadable', params: { path: '/data/settings.json', problem: 'not JSON' } },
    },
  }),
  'manager-counter': picture({ ...SCENE, app: user('u3') }),
  'manager-day': picture({ ...SCENE, app: user('u3') }, 'f9'),
  'manager-list': picture({ ...SCENE, app: user('u3') }, 'f9', 'state-refused'),
  'manager-detail': picture({ ...SCENE, app: user('u3') }, 'f9', 'show-list', 'row-0'),
  'manager-shifts': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-shifts'),
  'manager-users': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-users'),
  'manager-add-user': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-users', 'add-user'),
  'manager-failed': {
    scene: {
      ...SCENE,
      app: user('u3'),
      faults: { 'manager.range': { code: 'internal', params: {} } },
    },
    clicks: ['f9'],
  },
  'support-state': picture({ ...SCENE, app: user('u4'), sync: OFFLINE }),
  'support-devices': picture({ ...SCENE, app: user('u4') }, 'tab-devices'),
  'support-data': picture({ ...SCENE, app: user('u4') }, 'tab-data'),
  'support-bundle': picture({ ...SCENE, app: user('u4') }, 'tab-bundle'),
};
