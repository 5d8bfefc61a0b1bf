import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import { refusalCodeSchema } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import type { Refuse } from '../../domain/decision.ts';
import { fen, type Fen } from '../../domain/money.ts';
import { refuse } from '../../domain/refuse.ts';
import type { AuthorisationBook } from '../journal/authorisations.ts';
import type { Authorisation, Authoriser, AuthorisationOutcome } from '../sync/authoriser.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Finisher } from './finisher.ts';
import { purchaseBody, type PricedSale } from './redemption-body.ts';

/** How long a request waits for the release of the one before it; the cashier waits as well. */
const RELEASE_FIRST_MS = 3000;

/** What clearing is asked to hold a voucher for. */
export interface Wish {
  /** As scanned. */
  readonly code: string;
  readonly campaignNumber: number;
  readonly scannedAtMs: number;
  readonly sale: PricedSale;
}

/** A voucher that clearing holds for this purchase, and nobody else's. */
export interface Held extends Wish {
  readonly id: string;
  readonly kind: VoucherKind;
  readonly serial: string;
  readonly notAfterMs: number;
  readonly discountFen: Fen;
  readonly payableFen: Fen;
  /** Confirming is refused from this moment on. */
  readonly holdUntilMs: number;
  /** Clearing's signed answer, for the journal. */
  readonly answer: Envelope;
}

/** How it stands with the one authorisation at hand. */
export type Holding =
  | {
      readonly step: 'asking' | 'unknown';
      readonly id: string;
      readonly sinceMs: number;
      readonly wish: Wish;
    }
  | { readonly step: 'held'; readonly held: Held };

export interface HolderOptions {
  readonly book: AuthorisationBook;
  readonly campaigns: CampaignBook;
  readonly authoriser: Authoriser;
  readonly finisher: Finisher;
  readonly nowMs: () => number;
  /** It stands differently; a refusal leaves nothing at hand. */
  readonly onChange: (now: Holding | Refuse) => void;
  readonly log: (line: string) => void;
}

export interface Holder {
  /** Asks under a new id, after giving up what was at hand. Throws a fault of the journal; nothing is asked then. */
  ask(wish: Wish): void;
  /** Asks once more under the same id; only while its outcome is unknown. */
  query(): void;
  current(): Holding | null;
  /** Gives up what is asked or held, also at clearing. */
  drop(): void;
  /** It is in the journal: nothing is given up, clearing is told. */
  booked(): void;
}

/** Of the refusals that clearing has, those that the counter knows. */
function refusalOf(answer: Authorisation, { vehicle }: PricedSale): Refuse {
  const code = refusalCodeSchema.safeParse(answer.reason);
  if (code.data === 'car-papers-contradict' && vehicle?.papersAgree === true) {
    // Among themselves they agree, so it is the voucher that was issued for other papers, or for some at all.
    const reason = vehicle.papersHash === null ? 'papers-missing' : 'voucher-for-other-papers';
    if (answer.params['reason'] === 'papers-differ') return refuse(code.data, { reason });
  }
  if (code.success) return refuse(code.data, answer.params);
  // Released before it arrived, or a reason that this software doesn't know.
  return refuse('online-required', { reason: 'clearing-refused', error: answer.reason ?? answer.status });
}

function refusalOfFault(error: unknown): Refuse {
  if (error === 'terminal-suspended') return refuse('terminal-suspended');
  return refuse('online-required', { reason: 'clearing-refused', error: String(error) });
}

/** The one authorisation at hand: kept before it is asked for, never asked for twice under two ids. */
export function createHolder(options: HolderOptions): Holder {
  const { book, campaigns, authoriser, finisher, nowMs, onChange, log } = options;
  let current: Holding | null = null;

  const become = (next: Holding): void => {
    current = next;
    onChange(next);
  };
  const end = (id: string, refusal: Refuse): void => {
    book.finish(id);
    current = null;
    onChange(refusal);
  };

  /** Null where the answer can't be right: then the voucher is given back. */
  function heldOf(id: string, wish: Wish, answer: Authorisation, envelope: Envelope): Held | null {
    const { voucher, holdUntilMs, discountFen, payableFen } = answer;
    if (voucher === null || holdUntilMs === null) return null;
    const campaign = campaigns.campaign(voucher.campaignNumber);
    const kind = campaign?.kinds.find((each) => each.id === voucher.kindId);
    const adds = discountFen + payableFen === wish.sale.amountFen;
    if (kind === undefined || !adds || voucher.campaignNumber !== wish.campaignNumber) return null;
    const { serial, notAfterMs } = voucher;
    const amounts = { discountFen: fen(discountFen), payableFen: fen(payableFen) };
    return { ...wish, ...amounts, id, kind, serial, notAfterMs, holdUntilMs, answer: envelope };
  }

  function takeAnswer(id: string, wish: Wish, outcome: AuthorisationOutcome & { kind: 'answer' }): void {
    const { value, envelope } = outcome;
    if (value.status !== 'reserved') {
      end(id, refusalOf(value, wish.sale));
      return;
    }
    const held = heldOf(id, wish, value, envelope);
    if (held !== null && book.reserved(id)) {
      become({ step: 'held', held });
      return;
    }
    drop();
    onChange(refuse('unknown-voucher-kind', { campaignNumber: wish.campaignNumber }));
  }

  async function send(id: string, request: string, wish: Wish, sinceMs: number): Promise<void> {
    // What was given up before should be free at clearing before it is asked for again.
    if (book.open().some(({ state }) => state === 'releasing'))
      await Promise.race([finisher.settled(), sleep(RELEASE_FIRST_MS)]);
    const outcome = await authoriser.ask(id, request);
    // Given up meanwhile: the release is on its way, and whatever this answer says, nothing is sold by it.
    if (current?.step !== 'asking' || current.id !== id) return;
    if (outcome.kind === 'answer') takeAnswer(id, wish, outcome);
    else if (outcome.kind === 'refused') end(id, refusalOfFault(outcome.fault.params['error']));
    else become({ step: 'unknown', id, sinceMs, wish });
  }

  function start(id: string, request: string, wish: Wish, sinceMs: number): void {
    become({ step: 'asking', id, sinceMs, wish });
    send(id, request, wish, sinceMs).catch((error: unknown) => {
      // The disk failed while the answer was taken in: it is asked again when the cashier asks.
      log(`an authorisation's answer could not be taken in: ${String(error)}`);
      if (current?.step === 'asking' && current.id === id) become({ step: 'unknown', id, sinceMs, wish });
    });
  }

  function requestOf(id: string, { code, campaignNumber, sale }: Wish): string {
    return JSON.stringify({ authorisationId: id, code, campaignNumber, purchase: purchaseBody(sale) });
  }

  function drop(): void {
    if (current === null) return;
    const id = current.step === 'held' ? current.held.id : current.id;
    current = null;
    book.giveUp(id);
    finisher.now();
  }

  return {
    ask(wish) {
      drop();
      const id = randomUUID();
      const sinceMs = nowMs();
      const request = requestOf(id, wish);
      book.begin(id, request, sinceMs);
      start(id, request, wish, sinceMs);
    },
    query() {
      if (current?.step !== 'unknown') return;
      const { id, wish, sinceMs } = current;
      start(id, requestOf(id, wish), wish, sinceMs);
    },
    current: () => current,
    drop,
    booked() {
      current = null;
      finisher.now();
    },
  };
}
