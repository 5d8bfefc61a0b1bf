import { createHmac } from 'node:crypto';
import { encodeGrant, signGrant } from '../../codes/voucher-code.ts';
import { publicKey } from '../../codes/signatures.ts';
import type { Campaign, VoucherKind } from '../../domain/campaign.ts';
import type { Context } from '../context.ts';
import { ApiError } from '../errors.ts';
import { account, OverdrawnError, post } from '../ledger/ledger.ts';
import type { ClearingKeys } from '../keys/keys.ts';
import type { Tx } from '../storage/storage.ts';

/** A voucher as its holder's phone gets it. Times epoch milliseconds. */
export interface IssuedVoucher {
  readonly campaignNumber: number;
  readonly kind: string;
  readonly serial: number;
  /** base64url. */
  readonly grant: string;
  readonly issuerSignature: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface VoucherToIssue {
  readonly campaign: Campaign;
  readonly kind: VoucherKind;
  readonly round: number;
  /** Pseudonym, 32 hexadecimal digits. */
  readonly person: string;
  readonly algorithm: 'ed25519' | 'sm2';
  /** base64url, raw. */
  readonly publicKey: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly papersHash: string | null;
}

/** The issuer's pseudonym of a person: a keyed hash, 16 bytes, hexadecimal; nobody without the key can go back. */
export function pseudonym(keys: ClearingKeys, campaignNumber: number, personId: string): string {
  return createHmac('sha256', keys.personSecret)
    .update(`${String(campaignNumber)}\n${personId}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * Issues vouchers: serials, signed grants, register and reservation, all or none. The caller holds the money lock.
 * Refuses (`conflict`) when the budget of a category has too little left.
 */
export async function issue(
  tx: Tx,
  context: Context,
  vouchers: readonly VoucherToIssue[],
): Promise<readonly IssuedVoucher[]> {
  const first = vouchers[0];
  if (first === undefined) return [];
  const { campaign } = first;
  const nowMs = context.now();
  const { keys: published } = await context.rings.current(tx);
  const issuer = context.keys.issuers.findLast(({ number }) => {
    const data = published.get(number)?.data;
    return data?.revokedAtMs === null && nowMs >= data.validFromMs && nowMs < data.validUntilMs;
  });
  if (issuer === undefined) throw new ApiError('conflict', 'no issuer key is valid now');
  const { next_serial: after } = await tx
    .updateTable('campaigns')
    .set((eb) => ({ next_serial: eb('next_serial', '+', vouchers.length) }))
    .where('number', '=', campaign.number)
    .returning('next_serial')
    .executeTakeFirstOrThrow();
  const issued = vouchers.map((voucher, index) => {
    const serial = after - vouchers.length + index;
    const grant = encodeGrant({
      campaignNumber: campaign.number,
      kindNumber: voucher.kind.number,
      serial: BigInt(serial),
      holderReference: Buffer.from(voucher.person, 'hex'),
      notBeforeS: Math.floor(voucher.notBeforeMs / 1000),
      notAfterS: Math.floor(voucher.notAfterMs / 1000),
      issuerKeyNumber: issuer.number,
      holderAlgorithm: voucher.algorithm,
      holderPublicKey: holderKey(voucher),
    });
    const signature = signGrant(grant, { algorithm: 'ed25519', privateKey: issuer.key });
    return {
      voucher,
      serial,
      grant: Buffer.from(grant).toString('base64url'),
      signature: Buffer.from(signature).toString('base64url'),
    };
  });
  await tx
    .insertInto('vouchers')
    .values(
      issued.map(({ voucher, serial, grant, signature }) => ({
        campaign_number: campaign.number,
        serial,
        kind_number: voucher.kind.number,
        round: voucher.round,
        person: voucher.person,
        grant_bytes: grant,
        issuer_signature: signature,
        not_before_ms: voucher.notBeforeMs,
        not_after_ms: voucher.notAfterMs,
        issued_at_ms: nowMs,
        status: 'live' as const,
        papers_hash: voucher.papersHash,
      })),
    )
    .execute();
  await reserve(tx, campaign, vouchers, nowMs);
  return issued.map(({ voucher, serial, grant, signature }) => ({
    campaignNumber: campaign.number,
    kind: voucher.kind.id,
    serial,
    grant,
    issuerSignature: signature,
    notBeforeMs: voucher.notBeforeMs,
    notAfterMs: voucher.notAfterMs,
  }));
}

function holderKey({ algorithm, publicKey: text }: VoucherToIssue): Uint8Array {
  const raw = Buffer.from(text, 'base64url');
  if (publicKey(algorithm, raw) === null) throw new ApiError('bad-request', 'not a holder key');
  return raw;
}

async function reserve(
  tx: Tx,
  campaign: Campaign,
  vouchers: readonly VoucherToIssue[],
  nowMs: number,
): Promise<void> {
  const postings = vouchers.flatMap(({ kind: { category, faceValueFen } }) => [
    { account: account.budget(category), amountFen: Number(faceValueFen) },
    { account: account.reserved(category), amountFen: -Number(faceValueFen) },
  ]);
  try {
    await post(
      tx,
      campaign.number,
      { what: 'claim', reference: String(vouchers.length), atMs: nowMs },
      postings,
    );
  } catch (error) {
    if (error instanceof OverdrawnError) throw new ApiError('conflict', 'the budget is exhausted');
    throw error;
  }
}
