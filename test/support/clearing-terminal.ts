import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import {
  ed25519PublicKey,
  type Envelope,
  type EnvelopePurpose,
  envelopeSchema,
  openEnvelope,
  rawEd25519PublicKey,
} from '../../src/contract/clearing/envelope.ts';
import { signRequest } from '../../src/contract/clearing/http-signature.ts';
import {
  acknowledgementSchema,
  activationSchema,
  certificateSchema,
  feedSchema,
  ROUTES,
} from '../../src/contract/clearing/protocol.ts';
import { canonicalJson, type CanonicalValue } from '../../src/contract/journal/canonical.ts';
import { type Entry, type EntryBody, NO_HASH } from '../../src/contract/journal/entry.ts';
import type { EntryKind } from '../../src/domain/entry-kinds.ts';
import { sealEntry } from '../../src/contract/journal/seal.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import type { ShownEvidence } from './demo-phone.ts';

/** How a simulated terminal reaches clearing: over HTTP or in the same process. */
export interface Transport {
  /** An unsigned request (the activation). */
  readonly plain: (path: string, body: unknown) => Promise<Envelope>;
  /** A request signed by the terminal. */
  readonly signed: (path: string, body: unknown, terminalId: string, key: KeyObject) => Promise<Envelope>;
}

/** Signs with the system clock unless told otherwise. */
export function httpTransport(base: string, now: () => number = Date.now): Transport {
  const send = async (path: string, body: Buffer, headers: Record<string, string>): Promise<Envelope> => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body.toString('utf8'),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${String(response.status)} ${JSON.stringify(answer)}`);
    return envelopeSchema.parse(answer);
  };
  return {
    plain: (path, value) => send(path, Buffer.from(JSON.stringify(value)), {}),
    signed: (path, value, terminalId, key) => {
      const body = Buffer.from(JSON.stringify(value));
      const nonce = randomBytes(16).toString('base64url');
      const createdS = Math.floor(now() / 1000);
      const headers = signRequest({ method: 'POST', path, body, createdS, nonce, keyId: terminalId }, key);
      return send(path, body, { ...headers });
    },
  };
}

export interface RedemptionOrder {
  readonly evidence: ShownEvidence | { readonly type: 'authorisation'; readonly authorisationId: string };
  readonly atMs: number;
  readonly amountFen: number;
  readonly discountFen: number;
  readonly receiptNumber?: string;
  readonly offline?: boolean;
  readonly campaignNumber?: number;
  readonly packVersion?: number;
  readonly vehicle?: EntryBody<'redemption'>['purchase']['vehicle'];
  readonly changes?: Partial<EntryBody<'redemption'>>;
}

/** A terminal that can be told to do anything, also what a real one never would. */
export class TestTerminal {
  /** May be changed: another node of the same clearing. */
  transport: Transport;
  readonly key: KeyObject;
  readonly publicKey: string;
  terminalId = '';
  storeId = '';
  epoch = 0;
  seq = 0;
  lastHash = NO_HASH;
  certificate: Envelope | null = null;
  readonly journal: Entry[] = [];
  #roots: ReadonlyMap<string, KeyObject> = new Map();

  constructor(transport: Transport, key: KeyObject = generateKeyPairSync('ed25519').privateKey) {
    this.transport = transport;
    this.key = key;
    this.publicKey = rawEd25519PublicKey(key);
  }

  /** Activates and writes entry 1 of the epoch. */
  async activate(activationCode: string, atMs: number): Promise<z.infer<typeof activationSchema>> {
    const answer = await this.transport.plain(ROUTES.activate, {
      activationCode,
      publicKey: this.publicKey,
      softwareVersion: 'test',
    });
    const claimed = activationSchema.parse(JSON.parse(answer.payload));
    this.#roots = new Map([[claimed.rootKey.keyId, ed25519PublicKey(claimed.rootKey.publicKey)]]);
    const activation = this.open('activation', answer, activationSchema);
    const certificate = this.open('certificate', activation.certificate, certificateSchema);
    this.terminalId = certificate.terminalId;
    this.storeId = certificate.storeId;
    this.epoch = certificate.epoch;
    this.certificate = activation.certificate;
    this.seq = 0;
    this.lastHash = NO_HASH;
    this.append('epoch-opened', atMs, { certificate: activation.certificate, previous: null });
    return activation;
  }

  open<T>(purpose: EnvelopePurpose, envelope: Envelope, schema: z.ZodType<T>): T {
    const opened = openEnvelope(purpose, envelope, this.#roots, schema);
    if (!opened.ok) throw new Error(`${purpose}: ${opened.reason} ${opened.detail}`);
    return opened.value;
  }

  append(kind: EntryKind, atMs: number, body: unknown): Entry {
    const entry = sealEntry(
      {
        terminalId: this.terminalId,
        epoch: this.epoch,
        seq: this.seq + 1,
        kind,
        atMs,
        body: canonicalJson(body as CanonicalValue),
        prev: this.lastHash,
      },
      this.key,
    );
    this.seq = entry.seq;
    this.lastHash = entry.hash;
    this.journal.push(entry);
    return entry;
  }

  redeem(order: RedemptionOrder): Entry {
    const { atMs, amountFen, discountFen } = order;
    const id = randomBytes(8).toString('hex');
    const body: EntryBody<'redemption'> = {
      redemptionId: `r-${id}`,
      evidence: order.evidence.type === 'authorisation' ? { ...order.evidence, held: null } : order.evidence,
      purchase: {
        storeId: this.storeId,
        till: '1',
        businessDay: businessDay(atMs),
        receiptNumber: order.receiptNumber ?? `n-${id}`,
        amountFen,
        listAmountFen: amountFen,
        vehicle: order.vehicle ?? null,
      },
      discountFen,
      payableFen: amountFen - discountFen,
      campaignNumber: order.campaignNumber ?? 1,
      packVersion: order.packVersion ?? 1,
      keyRingVersion: 1,
      cashierId: 'cashier-1',
      scannedAtMs: atMs,
      offline: order.offline ?? false,
      ...order.changes,
    };
    return this.append('redemption', atMs, body);
  }

  reverse(of: Entry, atMs: number): Entry {
    return this.append('reversal', atMs, {
      of: { epoch: of.epoch, seq: of.seq },
      redemptionId: redemptionIdOf(of),
      by: 'cashier-1',
      approvedBy: null,
      reason: '',
    });
  }

  refund(
    of: Entry,
    atMs: number,
    money: { readonly returnedFen: number; readonly backToFundFen: number; readonly paidOutFen: number },
  ): Entry {
    return this.append('refund', atMs, {
      of: { epoch: of.epoch, seq: of.seq },
      redemptionId: redemptionIdOf(of),
      ...money,
      by: 'cashier-1',
      approvedBy: 'manager-1',
      reason: 'returned',
    });
  }

  /** Sends a signed request and opens the sealed answer. */
  async ask<T>(path: string, body: unknown, purpose: EnvelopePurpose, schema: z.ZodType<T>): Promise<T> {
    const answer = await this.transport.signed(path, body, this.terminalId, this.key);
    return this.open(purpose, answer, schema);
  }

  async send(entries: readonly Entry[] = this.journal): Promise<z.infer<typeof acknowledgementSchema>> {
    const answer = await this.transport.signed(ROUTES.entries, { entries }, this.terminalId, this.key);
    return this.open('acknowledgement', answer, acknowledgementSchema);
  }

  async feed(changesAfter = 0): Promise<z.infer<typeof feedSchema>> {
    const request = { packVersions: {}, keyRingVersion: 0, changesAfter };
    const answer = await this.transport.signed(ROUTES.feed, request, this.terminalId, this.key);
    return this.open('feed', answer, feedSchema);
  }
}

export function redemptionIdOf(entry: Entry): string {
  return (JSON.parse(entry.body) as { readonly redemptionId: string }).redemptionId;
}
