import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { zhumadian2023Pack } from '../../../../src/contract/campaign/zhumadian-2023.ts';
import { sealEnvelope } from '../../../../src/contract/clearing/envelope.ts';
import { MAX_SCAN_TO_ENTRY_MS } from '../../../../src/domain/durations.ts';
import type { CheckoutState } from '../../../../src/contract/terminal/state.ts';
import { openCampaignBook } from '../../../../src/terminal/checkout/campaign-book.ts';
import { createCheckout, type Checkout } from '../../../../src/terminal/checkout/checkout.ts';
import type { Circumstances } from '../../../../src/terminal/checkout/judge.ts';
import { createFinisher, type Finisher } from '../../../../src/terminal/checkout/finisher.ts';
import { redemptionView } from '../../../../src/terminal/checkout/views.ts';
import { FaultError } from '../../../../src/terminal/fault-error.ts';
import { JournalError } from '../../../../src/terminal/journal/errors.ts';
import type { Journal } from '../../../../src/terminal/journal/types.ts';
import type {
  Authorisation,
  Authoriser,
  AuthorisationOutcome,
} from '../../../../src/terminal/sync/authoriser.ts';
import { anIssuerKey, someText } from '../../../support/codes.ts';
import {
  NOON,
  opened,
  openEpoch,
  testFolder,
  testIdentity,
  testRoot,
} from '../../../support/journal-builder.ts';

const HOLD_MS = 300_000;
const CODE = `62${'1'.repeat(17)}`;
const home = { folder: testFolder() };
const root = testRoot();

let journal: Journal;
let checkout: Checkout;
let finisher: Finisher;
let nowMs: number;
/** What is otherwise at the counter than usual. */
let changed: Partial<Circumstances>;
let shown: CheckoutState[];
/** What clearing was asked to do, in order, and how it answers. */
let asked: string[];
let answer: (id: string) => AuthorisationOutcome;

function signed(value: Authorisation): AuthorisationOutcome {
  return { kind: 'answer', value, envelope: sealEnvelope('authorisation', value, root.keyId, root.key) };
}

function authorisation(id: string, more: Partial<Authorisation> = {}): AuthorisationOutcome {
  return signed({
    terminalId: 'T-1',
    authorisationId: id,
    status: 'reserved',
    serverTimeMs: nowMs,
    holdUntilMs: nowMs + HOLD_MS,
    voucher: { campaignNumber: 1, kindId: 'supermarket-20', serial: '77', notAfterMs: NOON * 2 },
    discountFen: 2000,
    payableFen: 8000,
    reason: null,
    params: {},
    ...more,
  });
}

const unknown: AuthorisationOutcome = {
  kind: 'unknown',
  fault: { code: 'clearing-unreachable', params: {} },
};

beforeEach(() => {
  home.folder = testFolder();
  const identity = testIdentity();
  ({ journal } = opened(home.folder.folder, identity));
  openEpoch(journal, identity);
  const pack = zhumadian2023Pack({ announcedOn: '2023-04-20', opensOn: '2023-05-01', lastDay: '2023-12-31' });
  journal.keepEnvelope(
    {
      name: 'pack:zhumadian-2023',
      version: 1,
      text: JSON.stringify(sealEnvelope('campaign-pack', pack, root.keyId, root.key)),
    },
    NOON,
  );
  const ring = { version: 1, expiresAtMs: NOON * 2, keys: [anIssuerKey('ed25519')] };
  journal.keepEnvelope(
    {
      name: 'key-ring',
      version: 1,
      text: JSON.stringify(sealEnvelope('key-ring', ring, root.keyId, root.key)),
    },
    NOON,
  );
  const book = openCampaignBook(journal, new Map([[root.keyId, createPublicKey(root.key)]]));
  nowMs = NOON;
  changed = {};
  shown = [];
  asked = [];
  answer = (id) => authorisation(id);
  const authoriser: Authoriser = {
    ask: (id) => {
      asked.push('ask');
      return Promise.resolve(answer(id));
    },
    capture: (id) => {
      asked.push('capture');
      return Promise.resolve(authorisation(id, { status: 'captured' }));
    },
    release: (id) => {
      asked.push('release');
      return Promise.resolve(authorisation(id, { status: 'released' }));
    },
  };
  finisher = createFinisher({
    journal,
    authoriser,
    nowMs: () => nowMs,
    log: () => undefined,
    onAlarm: () => undefined,
  });
  checkout = createCheckout({
    journal,
    book,
    authoriser,
    finisher,
    log: () => undefined,
    till: '1',
    nowMs: () => nowMs,
    later: () => undefined,
    circumstances: () => ({
      nowMs,
      online: true,
      clock: 'trusted',
      terminal: 'active',
      ...changed,
      store: {
        id: 'S-1',
        nameZh: '店',
        nameEn: 'Store',
        category: 'supermarket',
        status: 'admitted',
        cutOverMinutes: 0,
      },
    }),
    cashierId: () => 'C-1',
    view: (row) => redemptionView(row, book, (id) => id, true),
    onState: (state) => shown.push(state),
    onRedeemed: () => undefined,
  });
});
afterEach(async () => {
  await finisher.stop();
  journal.close();
  home.folder.remove();
});

/** Lets everything run that waits for nothing but its turn. */
async function quiet(): Promise<void> {
  await finisher.settled();
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
}

async function hold(): Promise<Extract<CheckoutState, { step: 'decided' }>> {
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  const state = checkout.state();
  if (state.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(state)}`);
  return state;
}

test('the id is kept before anything is asked, and nothing is open once clearing knows the end', async () => {
  const openWhenAsked: unknown[] = [];
  answer = (id) => {
    openWhenAsked.push(journal.authorisations.open().map(({ id: its, state }) => [its === id, state]));
    return authorisation(id);
  };
  const { decisionId, expiresAtMs } = await hold();
  expect(expiresAtMs).toBe(NOON + HOLD_MS);
  expect(openWhenAsked).toEqual([[[true, 'asking']]]);
  expect(journal.authorisations.open()).toMatchObject([{ state: 'reserved' }]);
  checkout.confirm(decisionId);
  expect(checkout.state()).toMatchObject({
    step: 'accepted',
    redemption: { serial: '77', discountFen: 2000 },
  });
  await quiet();
  expect(asked).toEqual(['ask', 'capture']);
  expect(journal.authorisations.open()).toEqual([]);
});

test('confirming is allowed until just before the hold ends, and refused from then on; nothing is booked', async () => {
  const first = await hold();
  nowMs = NOON + HOLD_MS;
  expect(() => checkout.confirm(first.decisionId)).toThrow(FaultError);
  expect(journal.recentRedemptions(1)).toEqual([]);
  await quiet();
  expect(asked).toEqual(['ask', 'release', 'ask']);
  const second = checkout.state();
  if (second.step !== 'decided') throw new Error('asked anew');
  nowMs = second.expiresAtMs - 1;
  checkout.confirm(second.decisionId);
  expect(journal.recentRedemptions(1)).toHaveLength(1);
});

test('an answer that came late, with its hold over, is no decision', async () => {
  answer = (id) => authorisation(id, { holdUntilMs: nowMs });
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({
    step: 'refused',
    code: 'code-stale',
    params: { ageMs: null, maxAgeMs: null },
  });
  await quiet();
  expect(asked).toEqual(['ask', 'release']);
});

test('a scan is good for ten minutes: later nothing is asked or booked on it, and the customer shows a new code', async () => {
  const { decisionId } = await hold();
  asked = [];
  answer = (id) => authorisation(id, { holdUntilMs: NOON * 2 });
  nowMs = NOON + MAX_SCAN_TO_ENTRY_MS;
  expect(() => checkout.confirm(decisionId)).toThrow(FaultError);
  await quiet();
  expect(asked).toEqual(['release', 'ask']);
  const again = checkout.state();
  if (again.step !== 'decided') throw new Error('still good');
  nowMs += 1;
  checkout.confirm(again.decisionId);
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'code-stale' });
  expect(journal.recentRedemptions(1)).toEqual([]);
  checkout.setAmount(10_000);
  checkout.cancel();
  await quiet();
  expect(asked).toEqual(['release', 'ask', 'release']);
});

test('a voucher that was scanned before the customer went to fetch something is good for ten minutes too', () => {
  checkout.scan(someText('ed25519', 'ed25519'));
  expect(checkout.state()).toMatchObject({ step: 'amount-needed' });
  nowMs = NOON + MAX_SCAN_TO_ENTRY_MS;
  checkout.setAmount(20_000);
  const state = checkout.state();
  if (state.step !== 'decided') throw new Error(`still good: ${JSON.stringify(state)}`);
  nowMs += 1;
  checkout.confirm(state.decisionId);
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'code-stale' });
  expect(journal.recentRedemptions(1)).toEqual([]);
});

test('what is held is refused in the order of every decision: place, campaign, use, then the time', async () => {
  answer = (id) => authorisation(id, { holdUntilMs: NOON * 2 });
  const late = Date.parse('2024-01-01T00:00:00+08:00');
  const first = await hold();
  changed = { terminal: 'suspended' };
  checkout.confirm(first.decisionId);
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'terminal-suspended' });
  changed = {};
  checkout.cancel();
  nowMs = late - 1;
  const second = await hold();
  nowMs = late;
  checkout.confirm(second.decisionId);
  expect(checkout.state()).toMatchObject({
    step: 'refused',
    code: 'campaign-closed',
    params: { lastDay: '2023-12-31' },
  });
  expect(journal.recentRedemptions(1)).toEqual([]);
  await quiet();
  expect(asked.at(-1)).toBe('release');
});

test('a voucher that this terminal used itself is named as used, however late the answer came', async () => {
  checkout.confirm((await hold()).decisionId);
  checkout.cancel();
  answer = (id) => authorisation(id, { holdUntilMs: nowMs });
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'already-redeemed' });
});

test('a payment code is refused for the place before anything else, a clock without clearing included', () => {
  checkout.setAmount(10_000);
  changed = { online: false };
  checkout.scan(CODE);
  expect(checkout.state()).toMatchObject({ code: 'online-required' });
  changed = { online: false, clock: 'untrusted' };
  checkout.scan(CODE);
  expect(checkout.state()).toMatchObject({ code: 'clock-untrusted', params: { reason: 'terminal' } });
  changed = { online: false, clock: 'untrusted', terminal: 'suspended' };
  checkout.scan(CODE);
  expect(checkout.state()).toMatchObject({ code: 'terminal-suspended' });
});

test('an answer whose amounts are not those of the sale is given back, never booked', async () => {
  answer = (id) => authorisation(id, { payableFen: 7000 });
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'clearing-refused' });
  await quiet();
  expect(asked).toEqual(['ask', 'release']);
  expect(journal.authorisations.open()).toEqual([]);
});

test('a voucher of a kind that only clearing knows is given back: the newest rules help', async () => {
  const voucher = { campaignNumber: 1, kindId: 'moon-cake-20', serial: '77', notAfterMs: NOON * 2 };
  answer = (id) => authorisation(id, { voucher });
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'unknown-voucher-kind' });
  await quiet();
  expect(asked).toEqual(['ask', 'release']);
});

const refusedFor = (reason: string, params: Authorisation['params']) => (id: string) =>
  authorisation(id, { status: 'refused', holdUntilMs: null, voucher: null, reason, params });
const notLookedAt = (error: string) => (): AuthorisationOutcome => ({
  kind: 'refused',
  fault: { code: 'clearing-refused', params: { status: 404, error } },
});

test.each([
  {
    name: 'a refusal that the counter knows',
    says: refusedFor('voucher-expired', { faceValueFen: 2000, notAfterMs: NOON, colour: 'red' }),
    told: { code: 'voucher-expired', params: { faceValueFen: 2000, notAfterMs: NOON } },
  },
  {
    name: 'an older clearing that finds no voucher',
    says: refusedFor('not-a-voucher-code', { family: 'unionpay-c2b', reason: 'no-voucher' }),
    told: { code: 'not-a-voucher-code', params: { found: 'payment-code', reason: 'no-voucher' } },
  },
  {
    name: 'a reason that came later',
    says: refusedFor('too-sunny', {}),
    told: { code: 'clearing-refused', params: { error: 'too-sunny' } },
  },
  {
    name: 'a reason whose parameters came later',
    says: refusedFor('online-required', { reason: 'weather' }),
    told: { code: 'clearing-refused', params: { error: 'online-required' } },
  },
  {
    name: 'released before it arrived',
    says: (id: string) =>
      authorisation(id, { status: 'released', holdUntilMs: null, voucher: null, discountFen: 0 }),
    told: { code: 'clearing-refused', params: { error: 'released' } },
  },
  {
    name: 'a campaign that clearing does not have',
    says: notLookedAt('not-found'),
    told: { code: 'clearing-refused', params: { error: 'not-found' } },
  },
  {
    name: 'a suspended terminal',
    says: notLookedAt('terminal-suspended'),
    told: { code: 'terminal-suspended', params: {} },
  },
])('what clearing says is told as it is, not as a fault of the network: $name', async ({ says, told }) => {
  answer = says;
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  const { can, ...state } = checkout.state();
  expect(state).toEqual({ step: 'refused', ...told, amountFen: 10_000, receiptNumber: '1-2' });
  expect(can.enter).toBe(told.code === 'terminal-suspended' ? 'next' : 'acknowledge');
  await quiet();
  expect(journal.authorisations.open()).toEqual([]);
  // An unsigned word may be a proxy's, of a request that arrived.
  expect(asked.includes('release')).toBe(answer('x').kind === 'refused');
});

test('while the outcome is unknown nothing else is sold or scanned; a network that is back asks by itself', async () => {
  answer = () => unknown;
  checkout.setAmount(10_000);
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'unknown', amountFen: 10_000 });
  checkout.setAmount(99_900);
  expect(checkout.scan(CODE)).toBe(false);
  expect(checkout.state()).toMatchObject({ step: 'unknown', amountFen: 10_000 });
  expect(journal.authorisations.open()).toHaveLength(1);
  answer = (id) => authorisation(id);
  checkout.onOnline();
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'decided', amountFen: 10_000 });
  expect(asked).toEqual(['ask', 'ask']);
  expect(journal.authorisations.open()).toHaveLength(1);
});

test('a voucher that the journal holds already is refused, whatever clearing says, and given back', async () => {
  checkout.confirm((await hold()).decisionId);
  await quiet();
  checkout.cancel();
  checkout.setAmount(20_000);
  answer = (id) => authorisation(id, { payableFen: 18_000 });
  checkout.scan(CODE);
  await quiet();
  expect(checkout.state()).toMatchObject({ step: 'refused', code: 'already-redeemed' });
  await quiet();
  expect(asked).toEqual(['ask', 'capture', 'ask', 'release']);
  expect(journal.recentRedemptions(9)).toHaveLength(1);
});

const broken = (): never => {
  throw new JournalError('data-folder-unwritable', { system: 'EIO' });
};

test('a disk that fails in a confirmation, and again while judging, is said; once it works the sale goes on', async () => {
  const { decisionId } = await hold();
  const append = vi.spyOn(journal, 'append').mockImplementation(broken);
  const look = vi.spyOn(journal, 'redemptionOfPurchase').mockImplementation(broken);
  expect(() => checkout.confirm(decisionId)).toThrow('data-folder-unwritable');
  expect(checkout.state()).toMatchObject({
    step: 'failed',
    fault: { code: 'data-folder-unwritable' },
    amountFen: 10_000,
    can: { enter: 'retry', escape: 'cancel', atRest: false },
  });
  await quiet();
  expect(asked).toEqual(['ask', 'release']);
  append.mockRestore();
  look.mockRestore();
  checkout.acknowledge();
  await quiet();
  const again = checkout.state();
  if (again.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(again)}`);
  checkout.confirm(again.decisionId);
  expect(checkout.state()).toMatchObject({ step: 'accepted' });
  expect(journal.recentRedemptions(9)).toHaveLength(1);
});

test('a disk that fails in a confirmation alone leaves the verdict, with a new id, and what clearing reserved', async () => {
  const { decisionId } = await hold();
  const append = vi.spyOn(journal, 'append').mockImplementation(broken);
  expect(() => checkout.confirm(decisionId)).toThrow('data-folder-unwritable');
  append.mockRestore();
  const again = checkout.state();
  if (again.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(again)}`);
  expect(again.decisionId).not.toBe(decisionId);
  checkout.confirm(again.decisionId);
  await quiet();
  expect(asked).toEqual(['ask', 'capture']);
});

test('what could not be given up while the disk failed is given up later', async () => {
  await hold();
  const giveUp = vi.spyOn(journal.authorisations, 'giveUp').mockImplementation(broken);
  checkout.cancel();
  await quiet();
  expect(asked).toEqual(['ask']);
  giveUp.mockRestore();
  checkout.setAmount(1);
  await quiet();
  expect(asked).toEqual(['ask', 'release']);
});
