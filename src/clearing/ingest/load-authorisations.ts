import { authorisationRequestSchema } from '../../contract/clearing/protocol.ts';
import type { Tx } from '../storage/storage.ts';
import { type AuthorisationState, type CheckedEntry, purchaseKey } from './facts.ts';

/** The authorisations that the batch's redemptions name, with the vouchers that they hold. */
export async function loadAuthorisations(
  tx: Tx,
  terminalId: string,
  batch: readonly CheckedEntry[],
): Promise<Map<string, AuthorisationState>> {
  const ids = new Set<string>();
  for (const { body } of batch) {
    if (body?.kind === 'redemption' && body.value.evidence.type === 'authorisation')
      ids.add(body.value.evidence.authorisationId);
  }
  if (ids.size === 0) return new Map();
  const rows = await tx
    .selectFrom('authorisations')
    .innerJoin('vouchers', (join) =>
      join
        .onRef('vouchers.campaign_number', '=', 'authorisations.campaign_number')
        .onRef('vouchers.serial', '=', 'authorisations.serial'),
    )
    .select([
      'authorisations.id as id',
      'authorisations.status as status',
      'authorisations.discount_fen as discount_fen',
      'authorisations.request as request',
      'authorisations.hold_until_ms as hold_until_ms',
      'vouchers.campaign_number as campaign_number',
      'vouchers.serial as serial',
      'vouchers.kind_number as kind_number',
      'vouchers.not_before_ms as not_before_ms',
      'vouchers.not_after_ms as not_after_ms',
    ])
    .where('authorisations.terminal_id', '=', terminalId)
    .where('authorisations.id', 'in', [...ids])
    .execute();
  return new Map(
    rows.map((row) => {
      const { purchase } = authorisationRequestSchema.parse(JSON.parse(row.request));
      return [
        row.id,
        {
          purchaseKey: purchaseKey(purchase),
          purchaseAmountFen: purchase.amountFen,
          id: row.id,
          status: row.status,
          campaignNumber: row.campaign_number,
          serial: row.serial,
          discountFen: row.discount_fen,
          holdUntilMs: row.hold_until_ms,
          voucher: {
            campaignNumber: row.campaign_number,
            kindNumber: row.kind_number,
            serial: BigInt(row.serial),
            notBeforeMs: row.not_before_ms,
            notAfterMs: row.not_after_ms,
          },
        },
      ];
    }),
  );
}
