import type { AppState } from '../../src/contract/terminal/state.ts';
import type { Scene } from './fake-bridge.ts';
import { AGREED, ANSWERS, REPORT, RETURN_PREVIEW, SHIFT, times } from './scene-answers.ts';
import { APP, DEVICES, NOON_MS, OFFLINE, REDEMPTION, SCENE, shown, STEPS } from './scenes.ts';

const user = (id: string): AppState => ({ ...APP, user: APP.users.find((its) => its.id === id) ?? null });

/** A screen or state, and the test ids to click one after the other to get there; `id=text`: to type into. */
export interface Picture {
  readonly scene: Scene;
  readonly clicks: readonly string[];
}
const picture = (scene: Scene, ...clicks: readonly string[]): Picture => ({
  scene: { ...scene, answers: ANSWERS },
  clicks,
});

/** The same with other answers, or with faults. */
const answering = (
  id: string,
  answers: Readonly<Record<string, unknown>>,
  ...clicks: readonly string[]
): Picture => ({
  scene: { ...SCENE, app: user(id), answers: { ...ANSWERS, ...answers } },
  clicks,
});
const failing = (
  id: string,
  faults: NonNullable<Scene['faults']>,
  ...clicks: readonly string[]
): Picture => ({ scene: { ...SCENE, app: user(id), answers: ANSWERS, faults }, clicks });

/** The core hasn't answered this call yet. */
const waiting = (id: string, call: string, ...clicks: readonly string[]): Picture => ({
  scene: { ...SCENE, app: user(id), answers: ANSWERS, unanswered: [call] },
  clicks,
});

const DAMAGED: Scene = {
  ...SCENE,
  app: { ...APP, phase: 'fault', fault: { code: 'database-damaged', params: {} } },
};
const TO_RETURN = ['f9', 'show-list', 'row-0', 'return-open'];
/** By finger, in the return's own pad. */
const typed = (digits: string): readonly string[] => Array.from(digits, (digit) => `return >> pin-${digit}`);
const OWES = { ...RETURN_PREVIEW, returnedFen: 1500, restFen: 9350, paidOutFen: 0, customerOwesFen: 500 };
const NOTHING_SOLD = {
  ...REPORT,
  total: times(0),
  states: { pending: times(0), settled: times(0), held: times(0), refused: times(0), reversed: times(0) },
  byKind: [],
  byHour: [],
  byCashier: [],
  byCounter: [],
  byDay: [],
};

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
const byLetter = (letters: string): readonly string[] =>
  Array.from(letters, (letter) => `car-letter-${letter}`);
const CAR_CLICKS = [
  ...inPad('9999900'),
  'car-invoiceNumber-value',
  ...inPad('04356211'),
  'car-vin-value',
  ...byLetter('LSVAA'),
  ...inPad('4187'),
  ...byLetter('E'),
  ...inPad('2184847'),
  'car-buyerNumber-value',
  ...inPad('11010519491231002'),
  'car-letter-X',
  'car-seats-value',
  ...inPad('8'),
  'car-day-value',
  ...inPad('20230401'),
  'car-buyer-first',
  'car-passengerCar-first',
  'car-invoiceReissued-second',
  'car-papersAgree-second',
];

/** Every screen and state that a person can come to. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  ...Object.fromEntries(
    Object.entries(STEPS).map(([name, checkout]) => [`cashier-${name}`, picture({ ...SCENE, checkout })]),
  ),
  'cashier-offline': picture({
    ...SCENE,
    sync: OFFLINE,
    devices: DEVICES.map((device) => ({ ...device, status: 'lost' })),
  }),
  'cashier-offline-over': picture({
    ...SCENE,
    sync: {
      ...OFFLINE,
      pendingCount: 50,
      offlineLeft: { ...OFFLINE.offlineLeft, count: 0, first: 'count' },
    },
  }),
  'cashier-clock-contested': picture({
    ...SCENE,
    sync: {
      ...OFFLINE,
      connection: 'refused',
      clock: 'untrusted',
      lastError: { code: 'clock-contested', params: {} },
    },
  }),
  'cashier-training-accepted': picture({
    ...SCENE,
    app: { ...APP, training: true },
    checkout: shown({ step: 'accepted', redemption: REDEMPTION }),
  }),
  'cashier-silent': picture({
    ...SCENE,
    checkout: shown({ step: 'accepted', redemption: REDEMPTION }),
    link: 'silent',
  }),
  'cashier-slow-disk': picture({
    ...SCENE,
    checkout: STEPS['confirming'] ?? SCENE.checkout,
    link: 'slow-disk',
  }),
  'cashier-long-work': picture({ ...SCENE, link: 'long-work' }),
  'cashier-away': picture({
    ...SCENE,
    checkout: shown({ step: 'accepted', redemption: REDEMPTION }),
    link: 'away',
  }),
  'cashier-problem': failing('u1', { 'receipt.reprint': { code: 'printer-out-of-paper', params: {} } }, 'f4'),
  'car-start': picture(CAR_SCENE),
  'car-empty': picture(CAR_SCENE, 'f3'),
  'car-vin': picture(CAR_SCENE, 'f3', 'car-vin-value', ...byLetter('LSV'), ...inPad('418')),
  'car-filled': picture(CAR_SCENE, 'f3', ...CAR_CLICKS),
  'cashier-training': picture({ ...SCENE, app: { ...APP, training: true } }),
  help: picture(SCENE, 'f1'),
  'reversal-alone': picture(SCENE, 'f2'),
  'reversal-manager': picture(SCENE, 'f2', 'recent-2', 'reason-wrong-amount'),
  'reversal-never': picture(SCENE, 'f2', 'recent-3'),
  'reversal-done': picture(SCENE, 'f2', 'reverse-submit'),
  'reversal-failed': failing('u1', { 'redemptions.recent': { code: 'internal', params: {} } }, 'f2'),
  'reversal-loading': waiting('u1', 'redemptions.recent', 'f2'),
  'slip-printed': picture({ ...SCENE, checkout: shown({ step: 'accepted', redemption: REDEMPTION }) }, 'f4'),
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
  'activation-seeded': picture({
    ...SCENE,
    app: {
      ...APP,
      phase: 'activation',
      user: null,
      users: [],
      store: null,
      terminal: null,
      seed: { clearingUrl: 'https://clearing.example.cn' },
    },
  }),
  forgotten: picture({ ...SCENE, app: { ...APP, phase: 'sign-in', user: null } }, 'forgotten-open'),
  'new-pin': picture({
    ...SCENE,
    app: { ...APP, phase: 'sign-in', user: null, pinReset: { userId: 'u3', expiresAtMs: NOON_MS + 600_000 } },
  }),
  'training-none': {
    scene: { ...SCENE, app: { ...APP, training: true }, answers: { ...ANSWERS, 'training.vouchers': [] } },
    clicks: ['f7'],
  },
  'training-vouchers': picture({ ...SCENE, app: { ...APP, training: true } }, 'f7'),
  starting: picture({ ...SCENE, app: { ...APP, phase: 'starting', user: null } }),
  fault: {
    scene: {
      ...SCENE,
      app: {
        ...APP,
        phase: 'fault',
        fault: { code: 'settings-unreadable', params: { path: '/data/settings.json', problem: 'not JSON' } },
      },
      answers: { ...ANSWERS, 'app.restorePlan': { possible: false, backUps: [] } },
    },
    clicks: [],
  },
  restore: picture(DAMAGED),
  'restore-failed': {
    scene: { ...DAMAGED, faults: { 'app.restorePlan': { code: 'internal', params: {} } } },
    clicks: [],
  },
  restored: picture(DAMAGED, 'restore-code=CODE-1234', 'restore-submit'),
  'manager-counter': picture({ ...SCENE, app: user('u3') }),
  'manager-day': picture({ ...SCENE, app: user('u3') }, 'f9'),
  'manager-list': picture({ ...SCENE, app: user('u3') }, 'f9', 'state-refused'),
  'manager-detail': picture({ ...SCENE, app: user('u3') }, 'f9', 'show-list', 'row-0'),
  'manager-empty': answering('u3', { 'manager.range': NOTHING_SOLD }, 'f9'),
  'manager-list-empty': answering('u3', { 'manager.redemptions': { total: 0, rows: [] } }, 'f9', 'show-list'),
  'manager-list-failed': failing(
    'u3',
    { 'manager.redemptions': { code: 'internal', params: {} } },
    'f9',
    'show-list',
  ),
  'manager-list-loading': waiting('u3', 'manager.redemptions', 'f9', 'show-list'),
  'manager-loading': waiting('u3', 'manager.range', 'f9'),
  'manager-exporting': waiting('u3', 'manager.export', 'f9', 'export-csv'),
  'manager-retired': picture(
    { ...SCENE, app: user('u3') },
    'f9',
    'tab-users',
    'retire-open',
    'retire-closed',
    'retire-submit',
  ),
  'manager-entry': picture({ ...SCENE, app: user('u3') }, 'f9', 'show-list', 'row-0', 'entry-0'),
  'manager-calendar': picture({ ...SCENE, app: user('u3') }, 'f9', 'range-from'),
  'manager-offline': picture({ ...SCENE, app: user('u3'), sync: OFFLINE }, 'f9'),
  'return-amount': picture({ ...SCENE, app: user('u3') }, ...TO_RETURN, ...typed('5000')),
  'return-approval': picture({ ...SCENE, app: user('u3') }, ...TO_RETURN, 'return-whole', 'return-submit'),
  'return-owes': answering('u3', { 'manager.returnPreview': OWES }, ...TO_RETURN, ...typed('1500')),
  'return-done': picture(
    { ...SCENE, app: user('u3') },
    ...TO_RETURN,
    'return-whole',
    'return-submit',
    'return-reason-goods-returned',
    ...typed('2468'),
    'return-submit',
  ),
  'return-refused': failing(
    'u3',
    {
      'manager.returnPreview': {
        code: 'return-not-possible',
        params: { reason: 'too-much', leftFen: 12850 },
      },
    },
    ...TO_RETURN,
    'return >> pin-9',
  ),
  'reconcile-off': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-reconcile'),
  'reconcile-agreed': answering('u3', { 'manager.reconcile': AGREED }, 'f9', 'tab-reconcile'),
  'reconcile-failed': failing(
    'u3',
    { 'manager.reconcile': { code: 'clearing-unreachable', params: {} } },
    'f9',
    'tab-reconcile',
  ),
  'manager-shifts-empty': answering('u3', { 'manager.shifts': [] }, 'f9', 'tab-shifts'),
  'manager-shifts': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-shifts'),
  'manager-users': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-users'),
  'manager-add-user': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-users', 'add-user'),
  'manager-retire': picture({ ...SCENE, app: user('u3') }, 'f9', 'tab-users', 'retire-open'),
  'manager-failed': {
    scene: {
      ...SCENE,
      app: user('u3'),
      faults: { 'manager.range': { code: 'internal', params: {} } },
    },
    clicks: ['f9'],
  },
  'support-state': picture({ ...SCENE, app: user('u4'), sync: OFFLINE }),
  'support-notice': picture({
    ...SCENE,
    app: { ...user('u4'), notices: [{ code: 'back-up-failed', params: {} }] },
  }),
  'support-carry': picture({ ...SCENE, app: user('u4'), sync: OFFLINE }, 'tab-carry'),
  'support-carried': picture(
    { ...SCENE, app: user('u4'), sync: OFFLINE },
    'tab-carry',
    'export-unsent',
    'forward-0',
  ),
  'support-no-stick': answering('u4', { 'support.folders': [] }, 'tab-carry'),
  'support-loading': waiting('u4', 'support.status'),
  'support-syncing': waiting('u4', 'sync.now', 'sync-now'),
  'support-no-files': answering('u4', { 'support.sealedFiles': [] }, 'tab-carry'),
  'support-saved': picture({ ...SCENE, app: user('u4') }, 'tab-data', 'back-up-every-15', 'back-up-save'),
  'support-bundle-written': picture({ ...SCENE, app: user('u4') }, 'tab-bundle', 'write-bundle'),
  'support-failed': failing('u4', { 'support.status': { code: 'internal', params: {} } }),
  'support-no-devices': picture({ ...SCENE, app: user('u4'), devices: [] }, 'tab-devices'),
  'support-devices': picture({ ...SCENE, app: user('u4') }, 'tab-devices'),
  'support-data': picture({ ...SCENE, app: user('u4') }, 'tab-data'),
  'support-bundle': picture({ ...SCENE, app: user('u4') }, 'tab-bundle'),
};
