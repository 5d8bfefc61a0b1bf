import { fen } from '../../src/domain/money.ts';
import { refusalOf } from '../support/refusals.ts';
import type { Event } from '../../src/terminal/checkout/machine-types.ts';
import { aVehicle } from '../support/rules.ts';
import type { Random } from '../torture/random.ts';
import type { Stand } from './checkout-promises.ts';
import { codeNamed, CODES, TILL } from './checkout-rules.ts';
import type { World } from './checkout-world.ts';

/** What people and devices do at the pretend counter: mostly what fits the screen, and anything else besides. */

const AMOUNTS = [5_000, 20_000, 60_000, 6_000_000];
const PRICES = [4_000_000, 6_000_000];
const RECEIPTS = ['R-1', 'R-2', '1-1', '1-2'];
const TILL_RECEIPTS = ['T-1', 'T-2', 'T-3'];
/** How often somebody does what the screen asks for. */
const SENSIBLE = 0.55;
/** Older than a scan is good. */
const OLD_SCAN_MS = 700_000;

export interface Hands {
  readonly random: Random;
  readonly world: World;
  readonly nowMs: number;
  /** Ids that were used before: what is late, or for something else. */
  readonly oldIds: readonly string[];
  /** What the world answered so far: any of it may come once more. */
  readonly heard: readonly Event[];
}

const codeScan = ({ random, nowMs }: Hands): Event => ({
  type: 'scanned',
  code: codeNamed(random.pick(CODES), random.chance(0.04) ? nowMs - OLD_SCAN_MS : nowMs),
});
const straysScan = (): Event => ({ type: 'scanned', code: refusalOf('not-a-voucher-code') });

function amountSet({ random }: Hands): Event {
  return { type: 'amount-set', amountFen: random.chance(0.1) ? null : fen(random.pick(AMOUNTS)) };
}

function vehicleSet({ random }: Hands): Event {
  const priceFen = fen(random.pick(PRICES));
  const vehicle = random.chance(0.2) ? null : { ...aVehicle({ priceFen }), papersHash: null };
  return { type: 'vehicle-set', vehicle };
}

function tillOpened({ random }: Hands): Event {
  const amountFen = fen(random.pick(AMOUNTS));
  const receiptNumber = random.pick(TILL_RECEIPTS);
  return {
    type: 'till-opened',
    purchase: { till: TILL, businessDay: '2023-06-10', receiptNumber, amountFen, listAmountFen: amountFen },
  };
}

function redemptionChanged({ random, world }: Hands): Event {
  const known = world.redemptions;
  if (known.length === 0) return { type: 'came-online' };
  return { type: 'redemption-changed', redemption: { ...random.pick(known), state: 'settled' } };
}

/** What the screen asks for. */
function sensible(hands: Hands, stand: Stand): Event {
  const { random } = hands;
  const { shown, decisionId, standsOn } = stand;
  switch (stand.step) {
    case 'decided':
      return { type: 'confirmed', decisionId: decisionId ?? '' };
    case 'unknown':
      return random.chance(0.5)
        ? { type: 'came-online' }
        : { type: 'queried', authorisationId: standsOn ?? '' };
    case 'amount-needed':
      return random.chance(0.3) ? vehicleSet(hands) : amountSet(hands);
    case 'refused':
      return random.chance(0.4) ? { type: 'acknowledged' } : amountSet(hands);
    case 'failed':
    case 'recorded-not-confirmed':
      return { type: 'acknowledged' };
    case 'accepted':
      return random.chance(0.3) ? redemptionChanged(hands) : codeScan(hands);
    case 'ready': {
      if (shown.amountFen !== null) return codeScan(hands);
      const dice = random.next();
      if (dice < 0.35) return amountSet(hands);
      return dice < 0.65 ? tillOpened(hands) : codeScan(hands);
    }
    default:
      return anything(hands, stand);
  }
}

function anything(hands: Hands, { decisionId, standsOn }: Stand): Event {
  const { random, oldIds, heard } = hands;
  const old = (own: string | null): string => {
    if (own !== null && random.chance(0.5)) return own;
    return oldIds.length === 0 ? 'none' : random.pick(oldIds);
  };
  const pick: readonly (() => Event)[] = [
    () => codeScan(hands),
    () => codeScan(hands),
    () => straysScan(),
    () => amountSet(hands),
    () => ({ type: 'receipt-set', receiptNumber: random.pick([...RECEIPTS, ...TILL_RECEIPTS]) }),
    () => vehicleSet(hands),
    () => tillOpened(hands),
    () => ({ type: 'confirmed', decisionId: old(decisionId) }),
    () => ({ type: 'queried', authorisationId: old(standsOn) }),
    () => ({ type: 'acknowledged' }),
    () => ({ type: 'cancelled' }),
    () => ({ type: 'left' }),
    () => ({ type: 'came-online' }),
    () => redemptionChanged(hands),
    () => ({ type: 'time-up', timer: old(null) }),
    () => (heard.length === 0 ? { type: 'came-online' } : random.pick(heard)),
    () => (heard.length === 0 ? { type: 'came-online' } : random.pick(heard)),
  ];
  return random.pick(pick)();
}

/** The next thing that somebody or some device does. */
export function handsDo(hands: Hands, stand: Stand): Event {
  return hands.random.chance(SENSIBLE) ? sensible(hands, stand) : anything(hands, stand);
}
