import { mkdirSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Clearing } from '../../src/clearing/create-clearing.ts';
import type { Operator } from '../../src/clearing/operator/operators.ts';
import { createActivation } from '../../src/clearing/operator/stores.ts';
import { ed25519PublicKey, openEnvelope, rawEd25519PublicKey } from '../../src/contract/clearing/envelope.ts';
import {
  activationSchema,
  entriesRequestSchema,
  feedRequestSchema,
} from '../../src/contract/clearing/protocol.ts';
import type { Entry, EntryBody } from '../../src/contract/journal/entry.ts';
import type { EntryKind } from '../../src/domain/entry-kinds.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { openPack } from '../../src/terminal/checkout/campaign-book.ts';
import { openJournal } from '../../src/terminal/journal/open.ts';
import type { Journal } from '../../src/terminal/journal/types.ts';
import {
  type ExchangeContext,
  feedRequest,
  nextBatch,
  takeAcknowledgement,
  takeFeed,
} from '../../src/terminal/sync/exchange.ts';
import { keyOf } from '../simulation/keys.ts';

export interface Sale {
  readonly evidence: EntryBody<'redemption'>['evidence'];
  readonly atMs: number;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly offline: boolean;
  readonly vehicle?: EntryBody<'redemption'>['purchase']['vehicle'];
  readonly receiptNumber?: string;
}

/** A counter: the real journal on a disk of its own, and the real exchange with clearing, without a network between. */
export class Counter {
  readonly storeId: string;
  readonly terminalId: string;
  readonly key: KeyObject;
  readonly folder: string;
  readonly journal: Journal;
  readonly trustedKeys: ReadonlyMap<string, KeyObject>;
  readonly #clearing: Clearing;
  readonly #cutOverMinutes: number;
  /** Cut off from clearing today: it sells on, and sends when it is back. */
  offline = false;
  #receipts = 0;

  private constructor(
    clearing: Clearing,
    place: { readonly storeId: string; readonly cutOverMinutes: number; readonly folder: string },
    identity: { readonly terminalId: string; readonly key: KeyObject },
    journal: Journal,
    trustedKeys: ReadonlyMap<string, KeyObject>,
  ) {
    this.#clearing = clearing;
    this.#cutOverMinutes = place.cutOverMinutes;
    this.storeId = place.storeId;
    this.folder = place.folder;
    this.terminalId = identity.terminalId;
    this.key = identity.key;
    this.journal = journal;
    this.trustedKeys = trustedKeys;
  }

  /** Activates a counter as a technician does, and writes entry 1 of its journal. */
  static async open(
    clearing: Clearing,
    admin: Operator,
    place: {
      readonly storeId: string;
      readonly counter: string;
      readonly cutOverMinutes: number;
      readonly folder: string;
    },
  ): Promise<Counter> {
    const { context } = clearing;
    const { activationCode } = await createActivation(context, admin, place.storeId, place.counter);
    const key = keyOf(`${place.storeId} ${place.counter}`);
    const answer = await clearing.activate({
      activationCode,
      publicKey: rawEd25519PublicKey(key),
      softwareVersion: 'scenario',
    });
    const { root } = context.keys;
    const trustedKeys = new Map([[root.keyId, ed25519PublicKey(root.publicKey)]]);
    const opened = openEnvelope('activation', answer, trustedKeys, activationSchema);
    if (!opened.ok) throw new Error(`activation: ${opened.reason}`);
    const { certificate } = opened.value;
    const { terminalId, epoch } = JSON.parse(certificate.payload) as { terminalId: string; epoch: number };
    const folder = join(place.folder, `${place.storeId}-${place.counter}`);
    mkdirSync(folder, { recursive: true });
    const made = openJournal({ folder, identity: { terminalId, epoch, key }, nowMs: context.now() });
    if (!made.ok) throw new Error(`the journal of ${terminalId} does not open: ${made.fault.code}`);
    const counter = new Counter(
      clearing,
      { ...place, folder },
      { terminalId, key },
      made.journal,
      trustedKeys,
    );
    counter.#append('epoch-opened', context.now(), { certificate, previous: null });
    return counter;
  }

  #append<K extends EntryKind>(kind: K, atMs: number, body: EntryBody<K>): Entry {
    const appended = this.journal.append(atMs, () => ({ kind, body }));
    if (!('entry' in appended)) throw new Error('nothing was appended');
    return appended.entry;
  }

  /** What names the next sale; a receipt that was cancelled isn't used again. */
  purchaseOf(sale: Omit<Sale, 'evidence'>): EntryBody<'redemption'>['purchase'] {
    this.#receipts += 1;
    return {
      storeId: this.storeId,
      till: this.terminalId,
      businessDay: businessDay(sale.atMs, this.#cutOverMinutes),
      receiptNumber: sale.receiptNumber ?? `n${String(this.#receipts)}`,
      amountFen: sale.amountFen,
      listAmountFen: sale.amountFen,
      vehicle: sale.vehicle ?? null,
    };
  }

  redeem(sale: Sale, purchase = this.purchaseOf(sale)): Entry {
    const { evidence, atMs, amountFen, discountFen, offline } = sale;
    return this.#append('redemption', atMs, {
      redemptionId: `${this.terminalId}-${String((this.journal.head()?.seq ?? 0) + 1)}`,
      evidence,
      purchase,
      discountFen,
      payableFen: amountFen - discountFen,
      campaignNumber: 1,
      packVersion: 1,
      keyRingVersion: 1,
      cashierId: 'cashier-1',
      scannedAtMs: atMs,
      // What clearing has authorised was done with clearing.
      offline: evidence.type === 'voucher-code' && (offline || this.offline),
    });
  }

  reverse(of: Entry, atMs: number): Entry {
    return this.#append('reversal', atMs, {
      ...naming(of),
      by: 'cashier-1',
      approvedBy: null,
      reason: '',
    });
  }

  refund(
    of: Entry,
    atMs: number,
    money: Pick<EntryBody<'refund'>, 'returnedFen' | 'backToFundFen' | 'paidOutFen'>,
  ): Entry {
    return this.#append('refund', atMs, {
      ...naming(of),
      ...money,
      by: 'cashier-1',
      approvedBy: 'manager-1',
      reason: 'returned',
    });
  }

  /** Sends all that waits, as the terminal's sync does, and then hears what is new. */
  async sync(): Promise<void> {
    for (;;) {
      const batch = nextBatch(this.journal);
      if (batch === null) break;
      const { entries } = entriesRequestSchema.parse(JSON.parse(batch.body));
      const answer = await this.#clearing.ingest(this.terminalId, entries);
      const taken = takeAcknowledgement(this.#exchange(), JSON.stringify(answer));
      if (!taken.ok || taken.outcome.contradictions.length > 0)
        throw new Error(`${this.terminalId} did not take clearing's answer: ${JSON.stringify(taken)}`);
    }
    for (;;) {
      const request = feedRequestSchema.parse(JSON.parse(feedRequest(this.journal)));
      const taken = takeFeed(
        this.#exchange(),
        JSON.stringify(await this.#clearing.feed(this.terminalId, request)),
      );
      if (!taken.ok) throw new Error(`${this.terminalId} did not take the feed: ${taken.fault.code}`);
      if (!taken.value.moreChanges) return;
    }
  }

  #exchange(): ExchangeContext {
    const { journal, trustedKeys } = this;
    return {
      journal,
      trustedKeys,
      openPack: (envelope) => {
        const pack = openPack(envelope, trustedKeys);
        return pack === null ? null : { campaignId: pack.id, version: pack.version };
      },
      nowMs: this.#clearing.context.now(),
    };
  }
}

function naming(entry: Entry): {
  readonly of: { epoch: number; seq: number };
  readonly redemptionId: string;
} {
  const { redemptionId } = JSON.parse(entry.body) as { readonly redemptionId: string };
  return { of: { epoch: entry.epoch, seq: entry.seq }, redemptionId };
}
