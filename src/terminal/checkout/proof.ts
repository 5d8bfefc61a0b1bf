import type { CheckoutState } from '../../contract/terminal/state.ts';
import type { VoucherKind } from '../../domain/campaign.ts';
import type { Refuse } from '../../domain/decision.ts';
import { leastPurchase } from '../../domain/kind.ts';
import type { Held } from './holder.ts';
import type { Circumstances, ScannedVoucher } from './judge.ts';
import { codeEvidence, type RedemptionFacts } from './redemption-body.ts';

/** What the customer showed. A payment code is opaque: only clearing knows the voucher behind it. */
export type Shown =
  | (ScannedVoucher & { readonly type: 'voucher'; readonly text: string })
  | { readonly type: 'payment-code'; readonly text: string; readonly scannedAtMs: number };

/** By what a decision is proven: the code itself, or what clearing holds. */
export type Proof = { readonly scanned: ScannedVoucher } | { readonly held: Held };

export type VoucherSummary = Extract<CheckoutState, { step: 'decided' }>['voucher'];

/** Refused for its amount alone: another amount may make it good without a second scan. */
export function keepsCode(code: Refuse['code']): boolean {
  return code === 'below-threshold' || code === 'amount-missing';
}

/** What of a proof goes into the entry. */
export function proven(
  proof: Proof,
  around: Circumstances,
): Pick<RedemptionFacts, 'evidence' | 'campaignNumber' | 'scannedAtMs' | 'offline'> {
  if ('held' in proof) {
    const { id: authorisationId, kind, serial, answer, campaignNumber } = proof.held;
    const held = { kindNumber: kind.number, serial, answer };
    return {
      evidence: { type: 'authorisation', authorisationId, held },
      campaignNumber,
      scannedAtMs: proof.held.scannedAtMs,
      offline: false,
    };
  }
  const { code, scannedAtMs } = proof.scanned;
  const { campaignNumber } = code.fields;
  return { evidence: codeEvidence(proof.scanned), campaignNumber, scannedAtMs, offline: !around.online };
}

export function kindSummary(kind: VoucherKind, notAfterMs: number): VoucherSummary {
  const { id: kindId, category, faceValueFen } = kind;
  return { kindId, category, faceValueFen, minSpendFen: leastPurchase(kind.rule), notAfterMs };
}
