import { randomUUID, type KeyObject } from 'node:crypto';
import type { Envelope } from '../../src/contract/clearing/envelope.ts';
import { voucherCode } from '../../src/codes/voucher-code.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { fen } from '../../src/domain/money.ts';
import { judge, type Circumstances, type ScannedVoucher } from '../../src/terminal/checkout/judge.ts';
import { openCampaignBook, openPack, type CampaignBook } from '../../src/terminal/checkout/campaign-book.ts';
import { asJournalError } from '../../src/terminal/journal/errors.ts';
import { createJournal } from '../../src/terminal/journal/journal.ts';
import { openJournalOn } from '../../src/terminal/journal/open.ts';
import { journalReader } from '../../src/terminal/journal/reader.ts';
import { openTailLog } from '../../src/terminal/journal/tail-log.ts';
import type { Appended, Journal, JournalIdentity, JournalReader } from '../../src/terminal/journal/types.ts';
import { terminalStatus } from '../../src/terminal/checkout/store-state.ts';
import { createFinisher, type Finisher } from '../../src/terminal/checkout/finisher.ts';
import { createAsker, type Asker } from '../../src/terminal/checkout/authorisation.ts';
import type { Event } from '../../src/terminal/checkout/machine-types.ts';
import { judgeReserved } from '../../src/terminal/checkout/payment-code.ts';
import { proven, type Reserved, type Wish } from '../../src/terminal/checkout/proof.ts';
import { redemptionBody, type PricedSale } from '../../src/terminal/checkout/redemption-body.ts';
import { createAuthoriser, type Authoriser } from '../../src/terminal/sync/authoriser.ts';
import type { ClearingAnswer } from '../../src/terminal/sync/clearing-client.ts';
import { createClock } from '../../src/terminal/sync/clock.ts';
import type { ExchangeContext } from '../../src/terminal/sync/exchange.ts';
import type { TerminalClock } from '../../src/terminal/sync/types.ts';
import type { StoreView } from '../../src/contract/clearing/operator/stores.ts';
import type { Random } from '../torture/random.ts';
import { SimulatedCrash } from './crash.ts';
import type { Activated, SimVoucher, TerminalName } from './sim-clearing.ts';
import { simCounter, type SimCounter } from './sim-counter.ts';
import { SimDisk, type Image, type WrapTail } from './sim-storage.ts';

/** Parts of a terminal that a plant may replace; without a plant all is the real thing. */
export interface TerminalParts {
  readonly wrapTail: WrapTail;
  readonly wrapJournal: (journal: Journal) => Journal;
  /** Faults at start that are waved through. */
  readonly ignoresDamage: boolean;
}
export const REAL_PARTS: TerminalParts = {
  wrapTail: (device) => device,
  wrapJournal: (journal) => journal,
  ignoresDamage: false,
};

/** What people spend: a little more than they must. */
export const amountAt = (minSpendFen: number): number => minSpendFen + 150;

/** What clearing is asked, or reserved, for the purchase at hand. */
export type Holding =
  | { readonly step: 'asking' | 'unknown'; readonly id: string; readonly wish: Wish }
  | { readonly step: 'reserved'; readonly id: string; readonly wish: Wish; readonly reserved: Reserved };

export type Attempt =
  | { readonly type: 'accepted' | 'not-confirmed' }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'crashed' };

/** One counter: the real journal, rules and clock over a disk that fails. */
export class SimTerminal {
  readonly name: TerminalName;
  readonly disk: SimDisk;
  activated: Activated;
  epoch = 1;
  journal: Journal | null = null;
  clock: TerminalClock | null = null;
  online = false;
  /** The machine's clock minus the true time. */
  skewMs = 0;
  /** How it reaches clearing about authorisations. */
  ask: (path: string, body: string) => Promise<ClearingAnswer> = () =>
    Promise.reject(new Error('no network'));
  /** Clearing's word that an authorisation is released has arrived. */
  onReleased: (authorisationId: string) => void = () => undefined;
  holding: Holding | null = null;
  #asker: Asker | null = null;
  #authoriser: Authoriser | null = null;
  #finishing: Finisher | null = null;
  /** Answers to requests of an earlier start find nobody. */
  starts = 0;
  backUp: Image | null = null;
  /** The tail log failed on the last entry: only the database has it. */
  unlogged = false;
  /** A byte of its database was changed. */
  damaged = false;
  #book: CampaignBook | null = null;
  readonly #parts: TerminalParts;
  readonly #store: StoreView;
  /** Reversals, returns and shifts. */
  counter: SimCounter | null = null;
  readonly #now: () => number;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;

  constructor(
    activated: Activated,
    trustedKeys: ReadonlyMap<string, KeyObject>,
    now: () => number,
    random: Random,
    parts: TerminalParts,
    store: StoreView,
  ) {
    this.#store = store;
    this.name = activated.name;
    this.activated = activated;
    this.trustedKeys = trustedKeys;
    this.#now = now;
    this.#parts = parts;
    this.disk = new SimDisk(random, parts.wrapTail);
  }

  identity(): JournalIdentity {
    return { terminalId: this.activated.terminalId, epoch: this.epoch, key: this.activated.key };
  }

  /** Opens the journal; returns the fault's code if it doesn't. */
  start(): string | null {
    try {
      const { journal } = openJournalOn(this.disk.storage(), this.identity());
      this.use(journal);
      return null;
    } catch (error) {
      if (error instanceof SimulatedCrash) return 'crashed';
      const fault = asJournalError(error);
      if (fault === null) throw error;
      if (fault.code !== 'database-damaged' || !this.#parts.ignoresDamage) return fault.code;
      this.use(this.#openUnchecked());
      return null;
    }
  }

  #openUnchecked(): Journal {
    const storage = this.disk.storage();
    const { terminalId, epoch } = this.identity();
    return createJournal({
      storage,
      tail: openTailLog(storage.tail),
      identity: this.identity(),
      reader: journalReader(storage.db, terminalId, epoch),
    });
  }

  use(real: Journal): void {
    const journal = this.#parts.wrapJournal(real);
    this.journal = journal;
    this.starts += 1;
    const head = journal.head();
    this.clock = createClock({
      systemNowMs: () => this.#now() + this.skewMs,
      monotonicMs: this.#now,
      lastEntryAtMs: head === null ? null : (journal.entry(head)?.atMs ?? null),
      lastSignedMs: journal.feedState().lastFeedServerTimeMs,
      keptSkewMs: null,
      onStep: ({ fromMs, toMs }) => {
        journal.append(toMs, () => ({ kind: 'clock-set', body: { fromMs, toMs, basis: 'signed' } }));
      },
    });
    // As the core does it: time never goes back behind any entry, a reversal or a shift no less than a redemption.
    journal.onAppended(({ atMs }) => this.clock?.onEntry(atMs));
    this.#book = openCampaignBook(journal, this.trustedKeys);
    this.#startAuthorising(journal, this.#book);
    this.counter = simCounter({
      journal,
      db: this.disk.db,
      book: this.#book,
      nowMs: () => this.clock?.nowMs() ?? 0,
      afterEntry: () => this.disk.reach('after-flush'),
    });
  }

  /** As the core does it at every start: what was open is given up, unless it is booked. */
  #startAuthorising(journal: Journal, campaigns: CampaignBook): void {
    for (const { id } of journal.authorisations.open()) journal.authorisations.giveUp(id);
    const { terminalId } = this.activated;
    const real = createAuthoriser(
      { post: (path, body) => this.ask(path, body) },
      terminalId,
      this.trustedKeys,
    );
    const authoriser: Authoriser = {
      ...real,
      release: async (id, reason) => {
        const outcome = await real.release(id, reason);
        if (outcome.kind === 'answer' && outcome.value.status === 'released') this.onReleased(id);
        return outcome;
      },
    };
    this.#authoriser = authoriser;
    this.#finishing = null;
    this.holding = null;
    this.#asker = createAsker({
      book: journal.authorisations,
      campaigns,
      authoriser,
      // The world decides when clearing is told.
      finisher: { now: () => undefined, settled: () => Promise.resolve(), stop: () => Promise.resolve() },
      nowMs: () => this.clock?.nowMs() ?? 0,
      onAnswer: (event) => this.#answered(event),
      log: () => undefined,
    });
  }

  #answered(event: Event): void {
    const { holding } = this;
    if (holding?.step !== 'asking' || !('id' in event) || event.id !== holding.id) return;
    if (event.type === 'reserved') this.holding = { ...holding, step: 'reserved', reserved: event.reserved };
    else if (event.type === 'authorisation-unknown') this.holding = { ...holding, step: 'unknown' };
    else this.holding = null;
  }

  /** Gives up what is asked or reserved. */
  drop(): void {
    const { holding } = this;
    this.holding = null;
    if (holding !== null) this.#asker?.giveUp(holding.id);
  }

  /** Asks once more under the same id. */
  query(): void {
    const { holding } = this;
    if (holding?.step !== 'unknown') return;
    this.holding = { ...holding, step: 'asking' };
    this.#asker?.ask(holding.id, holding.wish, true);
  }

  /** Tells clearing how authorisations ended, until the first that it couldn't be told. */
  async finish(): Promise<void> {
    const { journal } = this;
    if (journal === null || this.#authoriser === null || this.#finishing !== null) return;
    const finisher = createFinisher({
      journal,
      authoriser: this.#authoriser,
      nowMs: () => this.clock?.nowMs() ?? 0,
      log: () => undefined,
      onAlarm: () => undefined,
    });
    this.#finishing = finisher;
    await finisher.settled();
    // Its own timer has no place here.
    await finisher.stop();
    if (this.#finishing === finisher) this.#finishing = null;
  }

  openEpoch(): void {
    this.journal?.append(this.clock?.nowMs() ?? 0, () => ({
      kind: 'epoch-opened',
      body: { certificate: this.activated.certificate, previous: null },
    }));
  }

  stop(): void {
    this.journal = null;
    this.clock = null;
    this.#book = null;
    this.counter = null;
    this.holding = null;
    this.#asker = null;
    this.#authoriser = null;
    this.#finishing = null;
    this.online = false;
    this.starts += 1;
  }

  context(): ExchangeContext {
    if (this.journal === null) throw new Error('the terminal is down');
    return {
      journal: this.journal,
      trustedKeys: this.trustedKeys,
      openPack: (envelope: Envelope) => {
        const campaign = openPack(envelope, this.trustedKeys);
        return campaign === null ? null : { campaignId: campaign.id, version: campaign.version };
      },
      nowMs: this.clock?.nowMs() ?? 0,
    };
  }

  reloadBook(): void {
    this.#book?.reload();
  }

  /** Scan, decide, confirm: as the checkout does it, deciding inside the write transaction. */
  redeem(redemptionId: string, shown: SimVoucher, receiptNumber: string): Attempt {
    const { journal, clock } = this;
    const book = this.#book;
    if (journal === null || clock === null || book === null) throw new Error('the terminal is down');
    const nowMs = clock.nowMs();
    // The phone knows the true time.
    const evidence = shown.phone.evidence(this.#now(), shown.voucher);
    const read = voucherCode({
      grant: Buffer.from(evidence.grant, 'base64url'),
      issuerSignature: Buffer.from(evidence.issuerSignature, 'base64url'),
      shownAtS: evidence.shownAtS,
      holderSignature: Buffer.from(evidence.holderSignature, 'base64url'),
    });
    if (!read.ok) throw new Error(read.fault);
    const scanned: ScannedVoucher = { code: read.code, scannedAtMs: nowMs };
    const sale = this.#sale(shown, receiptNumber, nowMs);
    const around = this.#around(journal, nowMs);
    try {
      const appended = journal.append(nowMs, (reader) => {
        const accept = judge(reader, book, scanned, sale, around);
        if (accept.verdict === 'refuse') return { abort: accept.code };
        this.disk.reach('before-commit');
        const facts = { redemptionId, sale, accept, cashierId: 'C-1' };
        return {
          kind: 'redemption',
          body: redemptionBody(book, { ...facts, ...proven({ scanned }, around) }),
        };
      });
      return this.#shown(appended);
    } catch (error) {
      if (error instanceof SimulatedCrash) return { type: 'crashed' };
      throw error;
    }
  }

  #shown(appended: Appended<string>): Attempt {
    this.disk.reach('after-flush');
    if ('aborted' in appended) return { type: 'refused', code: appended.aborted };
    return { type: appended.durability === 'confirmed' ? 'accepted' : 'not-confirmed' };
  }

  #sale(shown: SimVoucher, receiptNumber: string, nowMs: number): PricedSale {
    return {
      storeId: this.activated.storeId,
      till: this.name,
      businessDay: businessDay(nowMs),
      receiptNumber,
      amountFen: fen(amountAt(shown.minSpendFen)),
      listAmountFen: null,
      vehicle: null,
    };
  }

  #around(journal: JournalReader, nowMs: number): Circumstances {
    return {
      nowMs,
      online: this.online,
      clock: this.clock?.trust() ?? 'untrusted',
      terminal: terminalStatus(journal),
      store: journal.lastFeed()?.store ?? this.#store,
    };
  }

  /** Asks clearing to hold a voucher, as for a kind that is never redeemed offline. */
  wish(shown: SimVoucher, receiptNumber: string): void {
    const scannedAtMs = this.clock?.nowMs() ?? 0;
    const code = shown.phone.show(this.#now(), shown.voucher);
    const sale = this.#sale(shown, receiptNumber, scannedAtMs);
    const wish = { code, campaignNumber: 1, scannedAtMs, sale };
    const id = randomUUID();
    this.drop();
    this.holding = { step: 'asking', id, wish };
    this.#asker?.ask(id, wish, false);
  }

  /** The cashier confirms what clearing holds. */
  confirm(redemptionId: string, reserved: Reserved): Attempt {
    const { journal, clock } = this;
    const book = this.#book;
    if (journal === null || clock === null || book === null) throw new Error('the terminal is down');
    const around = this.#around(journal, clock.nowMs());
    try {
      const appended = journal.append(around.nowMs, (reader) => {
        const accept = judgeReserved(reader, book, reserved, around);
        if (accept.verdict === 'refuse') return { abort: accept.code };
        this.disk.reach('before-commit');
        const facts = { redemptionId, sale: reserved.sale, accept, cashierId: 'C-1' };
        return {
          kind: 'redemption',
          body: redemptionBody(book, { ...facts, ...proven({ reserved }, around) }),
        };
      });
      if ('aborted' in appended) this.drop();
      else this.holding = null;
      return this.#shown(appended);
    } catch (error) {
      if (error instanceof SimulatedCrash) return { type: 'crashed' };
      throw error;
    }
  }
}
