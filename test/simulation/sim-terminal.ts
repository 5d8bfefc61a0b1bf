import type { KeyObject } from 'node:crypto';
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
import type { Journal, JournalIdentity, RedemptionRow } from '../../src/terminal/journal/types.ts';
import { createClock } from '../../src/terminal/sync/clock.ts';
import type { ExchangeContext } from '../../src/terminal/sync/exchange.ts';
import type { TerminalClock } from '../../src/terminal/sync/types.ts';
import type { Random } from '../torture/random.ts';
import { SimulatedCrash } from './crash.ts';
import type { Activated, SimVoucher, TerminalName } from './sim-clearing.ts';
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
  /** Answers to requests of an earlier start find nobody. */
  starts = 0;
  backUp: Image | null = null;
  /** The tail log failed on the last entry: only the database has it. */
  unlogged = false;
  /** A byte of its database was changed. */
  damaged = false;
  #book: CampaignBook | null = null;
  readonly #parts: TerminalParts;
  readonly #now: () => number;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;

  constructor(
    activated: Activated,
    trustedKeys: ReadonlyMap<string, KeyObject>,
    now: () => number,
    random: Random,
    parts: TerminalParts,
  ) {
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
      keptSkewMs: null,
    });
    this.#book = openCampaignBook(journal, this.trustedKeys);
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
    const amountFen = fen(shown.minSpendFen + 150);
    const purchase = {
      storeId: this.activated.storeId,
      till: this.name,
      businessDay: businessDay(nowMs),
      receiptNumber,
    };
    const around: Circumstances = {
      nowMs,
      online: this.online,
      clock: clock.trust(),
      terminal: 'active',
      store: {
        id: this.activated.storeId,
        nameZh: '店',
        nameEn: 'Store',
        category: 'supermarket',
        status: 'admitted',
        cutOverMinutes: 0,
      },
    };
    try {
      const appended = journal.append(nowMs, (reader) => {
        const decision = judge(
          reader,
          book,
          scanned,
          { ...purchase, amountFen, listAmountFen: null, vehicle: null },
          around,
        );
        if (decision.verdict === 'refuse') return { abort: decision.code };
        this.disk.reach('before-commit');
        return {
          kind: 'redemption',
          body: {
            redemptionId,
            evidence,
            purchase: { ...purchase, amountFen, listAmountFen: amountFen, vehicle: null },
            discountFen: decision.discountFen,
            payableFen: decision.payableFen,
            campaignNumber: 1,
            packVersion: book.campaign(1)?.version ?? 1,
            keyRingVersion: book.keyRing().version,
            cashierId: 'C-1',
            scannedAtMs: nowMs,
            offline: !this.online,
          },
        };
      });
      this.disk.reach('after-flush');
      if ('aborted' in appended) return { type: 'refused', code: appended.aborted };
      clock.onEntry(appended.entry.atMs);
      return { type: appended.durability === 'confirmed' ? 'accepted' : 'not-confirmed' };
    } catch (error) {
      if (error instanceof SimulatedCrash) return { type: 'crashed' };
      throw error;
    }
  }

  /** The cashier takes a redemption back; false if the terminal fell over on it. */
  reverse(row: RedemptionRow): boolean {
    try {
      this.journal?.append(this.clock?.nowMs() ?? 0, () => ({
        kind: 'reversal',
        body: {
          of: { epoch: row.epoch, seq: row.seq },
          redemptionId: row.redemptionId,
          by: 'C-1',
          approvedBy: null,
          reason: 'simulated',
        },
      }));
      this.disk.reach('after-flush');
      return true;
    } catch (error) {
      if (error instanceof SimulatedCrash) return false;
      throw error;
    }
  }
}
