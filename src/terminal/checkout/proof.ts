import type { Envelope } from '../../contract/clearing/envelope.ts';
import type { CheckoutState } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import { leastPurchase } from '../../domain/kind.ts';
import type { Fen } from '../../domain/money.ts';
import type { Circumstances, ScannedVoucher } from './judge.ts';
import { codeEvidence, type PricedSale, type RedemptionFacts } from './redemption-body.ts';

/** What the customer showed. A payment code is opaque: only clearing knows the voucher behind it. */
export type Shown =
  | (ScannedVoucher & { readonly type: 'voucher'; readonly text: string })
  | { readonly type: 'payment-code'; readonly text: string; readonly scannedAtMs: number };

/** What clearing is asked to reserve a voucher for. */
export interface Wish {
  /** As scanned. */
  readonly code: string;
  readonly campaignNumber: number;
  readonly scannedAtMs: number;
  readonly sale: PricedSale;
}

/** A voucher that clearing reserved for this purchase, and nobody else's. */
export interface Reserved extends Wish {
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

/** By what a redemption is proven: the code itself, or what clearing reserved. */
export type Proof = { readonly scanned: ScannedVoucher } | { readonly reserved: Reserved };

export type VoucherSummary = Extract<CheckoutState, { step: 'decided' }>['voucher'];

/** What of a proof goes into the entry. */
export function proven(
  proof: Proof,
  around: Circumstances,
): Pick<RedemptionFacts, 'evidence' | 'campaignNumber' | 'scannedAtMs' | 'offline'> {
  if ('reserved' in proof) {
    const { id: authorisationId, kind, serial, answer, campaignNumber, scannedAtMs } = proof.reserved;
    const held = { kindNumber: kind.number, serial, answer };
    const evidence = { type: 'authorisation', authorisationId, held } as const;
    return { evidence, campaignNumber, scannedAtMs, offline: false };
  }
  const { code, scannedAtMs } = proof.scanned;
  const { campaignNumber } = code.fields;
  return { evidence: codeEvidence(proof.scanned), campaignNumber, scannedAtMs, offline: !around.online };
}

/** Which voucher it is, as the journal names it. */
export function voucherIn(proof: Proof): { readonly kindNumber: number; readonly serial: string } {
  if ('reserved' in proof) return { kindNumber: proof.reserved.kind.number, serial: proof.reserved.serial };
  const { kindNumber, serial } = proof.scanned.code.fields;
  return { kindNumber, serial: serial.toString() };
}

export function kindSummary(kind: VoucherKind, notAfterMs: number): VoucherSummary {
  const { id: kindId, category, faceValueFen } = kind;
  return { kindId, category, faceValueFen, minSpendFen: leastPurchase(kind.rule), notAfterMs };
}
