import type { VoucherCode } from '../../codes/voucher-code.ts';
import type { Reader } from '../storage/storage.ts';

/** A code's serial where it can be one of ours: serials are dense, so none is beyond the exact integers. */
export function serialOf(code: VoucherCode): number | null {
  return code.fields.serial > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(code.fields.serial);
}

/** Says which of these codes carry a grant and a signature exactly as clearing's own register has them. */
export async function issuedHere(
  db: Reader,
  codes: readonly VoucherCode[],
): Promise<(code: VoucherCode) => boolean> {
  const wanted = new Map<number, Set<number>>();
  for (const code of codes) {
    const serial = serialOf(code);
    if (serial === null) continue;
    const { campaignNumber } = code.fields;
    wanted.set(campaignNumber, (wanted.get(campaignNumber) ?? new Set()).add(serial));
  }
  const issued = new Set<string>();
  for (const [campaignNumber, serials] of wanted) {
    const rows = await db
      .selectFrom('vouchers')
      .select(['grant_bytes', 'issuer_signature'])
      .where('campaign_number', '=', campaignNumber)
      .where('serial', 'in', [...serials])
      .execute();
    for (const row of rows) issued.add(`${row.grant_bytes}.${row.issuer_signature}`);
  }
  return (code) => issued.has(`${base64Url(code.grant)}.${base64Url(code.issuerSignature)}`);
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
