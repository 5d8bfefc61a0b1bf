import type {
  AppState,
  CheckoutState,
  Device,
  RedemptionView,
  SyncState,
} from '../../src/contract/terminal/state.ts';
import { canOf, type Face } from '../../src/terminal/checkout/view.ts';
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

/** A state as the core shows it, with what may be done. */
export const shown = (face: Face, byTill = false): CheckoutState => ({ ...face, can: canOf(face, byTill) });

const DECIDED_FACE: Extract<Face, { step: 'decided' }> = {
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

export const DECIDED = shown(DECIDED_FACE);

/** Every step of a checkout, and some that look different. */
const FACES: Readonly<Record<string, Face>> = {
  ready: { step: 'ready', amountFen: null, receiptNumber: '' },
  'ready-amount': { step: 'ready', amountFen: 12850, receiptNumber: '' },
  'ready-most': { step: 'ready', amountFen: 999_999_999, receiptNumber: '' },
  'amount-needed': { step: 'amount-needed', voucher: VOUCHER, receiptNumber: '' },
  decided: DECIDED_FACE,
  'decided-offline': { ...DECIDED_FACE, offline: true },
  'decided-car': {
    ...DECIDED_FACE,
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
    params: { minSpendFen: 10000, shortfallFen: 1, faceValueFen: 2000 },
    amountFen: 9999,
    receiptNumber: '',
  },
  'refused-used': {
    step: 'refused',
    code: 'already-redeemed',
    params: { faceValueFen: 2000, atMs: NOON_MS, storeName: '驿城区乐山商场', receiptNumber: '0610-0042' },
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
  'refused-purchase': {
    step: 'refused',
    code: 'one-voucher-per-purchase',
    params: {},
    amountFen: 12850,
    receiptNumber: '',
  },
  unknown: {
    step: 'unknown',
    authorisationId: 'a1',
    sinceMs: NOON_MS,
    amountFen: 12850,
    receiptNumber: '',
  },
  'refused-amount': {
    step: 'refused',
    code: 'amount-missing',
    params: { category: 'supermarket' },
    amountFen: null,
    receiptNumber: '',
  },
  failed: {
    step: 'failed',
    fault: { code: 'data-folder-unwritable', params: { system: 'EIO' } },
    amountFen: 12850,
    receiptNumber: '',
  },
};

export const STEPS: Readonly<Record<string, CheckoutState>> = {
  ...Object.fromEntries(Object.entries(FACES).map(([name, face]) => [name, shown(face)])),
  'decided-till': shown(DECIDED_FACE, true),
};

export const SCENE: Scene = {
  app: APP,
  checkout: shown({ step: 'ready', amountFen: null, receiptNumber: '' }),
  // The redemption that the screens call the last one is on its way.
  sync: { ...SYNCED, pendingCount: 1, pendingDiscountFen: 2000, oldestPendingAtMs: NOON_MS },
  devices: DEVICES,
};

export const OFFLINE = {
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
} satisfies SyncState;
