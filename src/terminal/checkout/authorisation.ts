import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../../contract/clearing/envelope.ts';
import { readRefusal } from '../../contract/terminal/refusal.ts';
import type { Refuse } from '../../domain/decision.ts';
import { fen } from '../../domain/money.ts';
import { refuse } from '../../domain/refuse.ts';
import type { AuthorisationBook } from '../journal/authorisations.ts';
import type { Authorisation, Authoriser } from '../sync/authoriser.ts';
import type { CampaignBook } from './campaign-book.ts';
import type { Finisher } from './finisher.ts';
import type { Event } from './machine-types.ts';
import type { Reserved, Wish } from './proof.ts';
import { purchaseBody, type PricedSale } from './redemption-body.ts';

/** How long a request waits for the release of the one before it; the cashier waits as well. */
const RELEASE_FIRST_MS = 3000;

export interface AskerOptions {
  readonly book: AuthorisationBook;
  readonly campaigns: CampaignBook;
  readonly authoriser: Authoriser;
  readonly finisher: Finisher;
  readonly nowMs: () => number;
  readonly onAnswer: (event: Event) => void;
  readonly log: (line: string) => void;
}

/** Asks clearing to reserve; each request is on the disk before it is sent, and never sent under two ids. */
export interface Asker {
  /** Its answer comes as an event. Throws a fault of the journal; then nothing is asked. */
  ask(id: string, wish: Wish, again: boolean): void;
  /** Gives up what is asked or reserved, at clearing too as soon as it is reached. */
  giveUp(id: string): void;
}

/** Of the refusals that clearing has, those that the counter knows. */
function refusalOf(answer: Authorisation, { vehicle }: PricedSale): Refuse {
  const known = readRefusal(answer.reason, answer.params);
  // Released before it arrived, or a reason that this software doesn't know.
  if (known === null) return refuse('clearing-refused', { error: answer.reason ?? answer.status });
  const isOfPapers = known.code === 'car-papers-contradict' && known.params.reason === 'papers-differ';
  if (!isOfPapers || vehicle?.papersAgree !== true) return known;
  // Among themselves they agree, so it is the voucher that was issued for other papers, or for some at all.
  const reason = vehicle.papersHash === null ? 'papers-missing' : 'voucher-for-other-papers';
  return refuse('car-papers-contradict', { reason });
}

function refusalOfFault(error: unknown): Refuse {
  if (error === 'terminal-suspended') return refuse('terminal-suspended');
  return refuse('clearing-refused', { error: String(error) });
}

/** A refusal where the answer can't be right: then the voucher is given back. */
function reservedBy(
  campaigns: CampaignBook,
  wish: Wish,
  answer: Authorisation,
  envelope: Envelope,
): Reserved | Refuse {
  const { authorisationId: id, voucher, holdUntilMs, discountFen, payableFen } = answer;
  const wrong = refuse('clearing-refused', { error: 'answer-wrong' });
  if (voucher === null || holdUntilMs === null) return wrong;
  const { campaignNumber } = wish;
  const adds = discountFen + payableFen === wish.sale.amountFen;
  if (!adds || voucher.campaignNumber !== campaignNumber) return wrong;
  const campaign = campaigns.campaign(campaignNumber);
  const kind = campaign?.kinds.find((each) => each.id === voucher.kindId);
  if (kind === undefined) return refuse('unknown-voucher-kind', { campaignNumber, kindNumber: null });
  const { serial, notAfterMs } = voucher;
  const amounts = { discountFen: fen(discountFen), payableFen: fen(payableFen) };
  return { ...wish, ...amounts, id, kind, serial, notAfterMs, holdUntilMs, answer: envelope };
}

export function createAsker(options: AskerOptions): Asker {
  const { book, campaigns, authoriser, finisher, nowMs, onAnswer, log } = options;

  function giveUp(id: string): void {
    book.giveUp(id);
    finisher.now();
  }

  function taken(id: string, wish: Wish, value: Authorisation, envelope: Envelope): Event {
    if (value.status !== 'reserved') {
      book.finish(id);
      return { type: 'authorisation-refused', id, refusal: refusalOf(value, wish.sale) };
    }
    const reserved = reservedBy(campaigns, wish, value, envelope);
    if (!('verdict' in reserved) && book.reserved(id)) return { type: 'reserved', id, reserved };
    giveUp(id);
    const refusal = 'verdict' in reserved ? reserved : refuse('clearing-refused', { error: 'released' });
    return { type: 'authorisation-refused', id, refusal };
  }

  async function send(id: string, wish: Wish, request: string): Promise<Event> {
    // What was given up before should be free at clearing before it is asked for again.
    if (book.open().some(({ state }) => state === 'releasing'))
      await Promise.race([finisher.settled(), sleep(RELEASE_FIRST_MS)]);
    const outcome = await authoriser.ask(id, request);
    // Given up meanwhile: the release is on its way, and whatever this answer says, nothing is sold by it.
    const open = book.open().some((each) => each.id === id && each.state !== 'releasing');
    if (!open || outcome.kind === 'unknown') return { type: 'authorisation-unknown', id };
    if (outcome.kind === 'answer') return taken(id, wish, outcome.value, outcome.envelope);
    // Not signed: a proxy may say it of a request that arrived, so what clearing may hold is given back.
    giveUp(id);
    return { type: 'authorisation-refused', id, refusal: refusalOfFault(outcome.fault.params['error']) };
  }

  return {
    ask(id, wish, again) {
      const { code, campaignNumber, sale } = wish;
      const request = JSON.stringify({
        authorisationId: id,
        code,
        campaignNumber,
        purchase: purchaseBody(sale),
      });
      if (!again) book.begin(id, request, nowMs());
      send(id, wish, request).then(onAnswer, (error: unknown) => {
        // The disk failed while the answer was taken in: it is asked again when the cashier asks.
        log(`an authorisation's answer could not be taken in: ${String(error)}`);
        onAnswer({ type: 'authorisation-unknown', id });
      });
    },
    giveUp,
  };
}
