import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import { parseGrant } from '../../codes/grant.ts';
import { publicKey } from '../../codes/signatures.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { findKind, voucherLife } from '../operator/vouchers.ts';
import { lockMoney, type Tx } from '../storage/storage.ts';
import { issue, type IssuedVoucher, pseudonym, type VoucherToIssue } from './issue.ts';

export interface Claim {
  readonly campaignNumber: number;
  readonly kind: string;
  /** What the wallet knows the person by; only a pseudonym of it is kept. */
  readonly person: string;
  readonly algorithm: 'ed25519' | 'sm2';
  readonly publicKey: string;
}

export type ClaimOutcome =
  | { readonly status: 'issued'; readonly voucher: IssuedVoucher }
  | {
      readonly status: 'refused';
      readonly reason: 'no-round-open' | 'all-claimed' | 'already-claimed' | 'budget-exhausted';
    };

/** One transaction takes at most this many claims. */
const MAX_GROUP = 200;
/** Claims that wait at most; beyond it the wallet is told to come back. */
const MAX_WAITING = 20_000;

interface Waiting {
  readonly claim: Claim;
  readonly resolve: (outcome: ClaimOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes claims first come, first served. While one transaction is being written the next claims gather, and go
 * into one transaction together: at the opening of a round ten thousand people come at once.
 */
export class ClaimDesk {
  readonly #context: Context;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Claims one voucher of a kind for a person in the round that is open. Refuses (`too-many`) when too many wait. */
  claim(claim: Claim): Promise<ClaimOutcome> {
    if (this.#waiting.length >= MAX_WAITING)
      return Promise.reject(new ApiError('too-many', 'too many claims are waiting'));
    if (publicKey(claim.algorithm, Buffer.from(claim.publicKey, 'base64url')) === null)
      return Promise.reject(new ApiError('bad-request', 'not a holder key'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ claim, resolve, reject });
      void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) {
      // SQLite answers without a turn of the event loop: claims that have arrived meanwhile are only read in this one.
      await nextTurn();
      const group = this.#waiting.splice(0, MAX_GROUP);
      try {
        const outcomes = await claimTogether(
          this.#context,
          group.map(({ claim }) => claim),
        );
        for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#busy = false;
  }
}

/** Decides claims in their order within one transaction. One outcome for each. */
export async function claimTogether(
  context: Context,
  claims: readonly Claim[],
): Promise<readonly ClaimOutcome[]> {
  await context.packs.refresh(context.storage.db);
  return context.storage.transaction(async (tx) => {
    await lockMoney(tx);
    const outcomes = new Array<ClaimOutcome>(claims.length);
    const groups = new Map<string, { readonly index: number; readonly claim: Claim }[]>();
    for (const [index, claim] of claims.entries()) {
      const key = `${String(claim.campaignNumber)}:${claim.kind}`;
      const group = groups.get(key) ?? [];
      group.push({ index, claim });
      groups.set(key, group);
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const known = findKindOrNull(context, first.claim);
      const decided =
        known === null
          ? group.map((): ClaimOutcome => ({ status: 'refused', reason: 'no-round-open' }))
          : await claimOfKind(
              tx,
              context,
              known.campaign,
              known.kind,
              group.map(({ claim }) => claim),
            );
      for (const [position, { index }] of group.entries()) {
        const outcome = decided[position];
        if (outcome !== undefined) outcomes[index] = outcome;
      }
    }
    return outcomes;
  });
}

function findKindOrNull(context: Context, claim: Claim): ReturnType<typeof findKind> | null {
  try {
    return findKind(context, claim.campaignNumber, claim.kind);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

const refusedClaim = (reason: Extract<ClaimOutcome, { status: 'refused' }>['reason']): ClaimOutcome => ({
  status: 'refused',
  reason,
});

async function claimOfKind(
  tx: Tx,
  context: Context,
  campaign: Campaign,
  kind: VoucherKind,
  claims: readonly Claim[],
): Promise<readonly ClaimOutcome[]> {
  const nowMs = context.now();
  const round = await tx
    .selectFrom('rounds')
    .selectAll()
    .where('campaign_number', '=', campaign.number)
    .where('kind_number', '=', kind.number)
    .where('opens_at_ms', '<=', nowMs)
    .where('closes_at_ms', '>', nowMs)
    .orderBy('round', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (round === undefined) return claims.map(() => refusedClaim('no-round-open'));
  const persons = claims.map(({ person }) => pseudonym(context.keys, campaign.number, person));
  const earlier = await claimedBefore(tx, campaign, kind, round.round, persons);
  const budget = await tx
    .selectFrom('accounts')
    .select('balance_fen')
    .where('campaign_number', '=', campaign.number)
    .where('name', '=', `budget:${kind.category}`)
    .executeTakeFirst();
  let left = Math.min(round.quota - round.issued, Math.floor((budget?.balance_fen ?? 0) / kind.faceValueFen));
  const soldOut = round.quota - round.issued <= left ? 'all-claimed' : 'budget-exhausted';
  const life = voucherLife(nowMs);
  const toIssue: { readonly index: number; readonly voucher: VoucherToIssue }[] = [];
  const taking = new Set<string>();
  const outcomes = claims.map((claim, index): ClaimOutcome | null => {
    const person = persons[index] ?? '';
    const before = earlier.get(person);
    if (before !== undefined)
      return before.publicKey === claim.publicKey
        ? { status: 'issued', voucher: before.voucher }
        : refusedClaim('already-claimed');
    if (taking.has(person)) return refusedClaim('already-claimed');
    if (left === 0) return refusedClaim(soldOut);
    left -= 1;
    taking.add(person);
    const { algorithm, publicKey: key } = claim;
    const voucher = {
      campaign,
      kind,
      round: round.round,
      person,
      algorithm,
      publicKey: key,
      ...life,
      papersHash: null,
    };
    toIssue.push({ index, voucher });
    return null;
  });
  const issued = await issue(
    tx,
    context,
    toIssue.map(({ voucher }) => voucher),
  );
  if (issued.length > 0) await countIssued(tx, campaign, kind, round.round, issued.length);
  for (const [position, { index }] of toIssue.entries()) {
    const voucher = issued[position];
    if (voucher !== undefined) outcomes[index] = { status: 'issued', voucher };
  }
  return outcomes.map((outcome) => outcome ?? refusedClaim('all-claimed'));
}

async function countIssued(
  tx: Tx,
  campaign: Campaign,
  kind: VoucherKind,
  round: number,
  count: number,
): Promise<void> {
  await tx
    .updateTable('rounds')
    .set((eb) => ({ issued: eb('issued', '+', count) }))
    .where('campaign_number', '=', campaign.number)
    .where('kind_number', '=', kind.number)
    .where('round', '=', round)
    .execute();
}

/** Vouchers of this round that these persons have already: the same claim sent again gets the same voucher. */
async function claimedBefore(
  tx: Tx,
  campaign: Campaign,
  kind: VoucherKind,
  round: number,
  persons: readonly string[],
): Promise<Map<string, { readonly publicKey: string; readonly voucher: IssuedVoucher }>> {
  const rows = await tx
    .selectFrom('vouchers')
    .selectAll()
    .where('campaign_number', '=', campaign.number)
    .where('kind_number', '=', kind.number)
    .where('round', '=', round)
    .where('person', 'in', [...new Set(persons)])
    .execute();
  return new Map(
    rows.map((row) => [
      row.person,
      {
        publicKey: holderKeyOf(row.grant_bytes),
        voucher: {
          campaignNumber: campaign.number,
          kind: kind.id,
          serial: row.serial,
          grant: row.grant_bytes,
          issuerSignature: row.issuer_signature,
          notBeforeMs: row.not_before_ms,
          notAfterMs: row.not_after_ms,
        },
      },
    ]),
  );
}

function holderKeyOf(grantBytes: string): string {
  const read = parseGrant(Buffer.from(grantBytes, 'base64url'));
  if (!read.ok) throw new Error(`a grant in the register can't be read: ${read.fault}`);
  return Buffer.from(read.grant.holderPublicKey).toString('base64url');
}
