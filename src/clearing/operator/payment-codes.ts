import { type Context, hashSecret } from '../context.ts';
import { pseudonym } from '../issuance/issue.ts';
import { type Operator, requireRole } from './operators.ts';

/** A wallet's payment code changes every minute; a little longer for the way to the counter. */
const PAYMENT_CODE_LIFE_MS = 120_000;

/** Plays the wallet: a payment code that stands for a person for two minutes (19 digits starting with 62). */
export async function createPaymentCode(
  context: Context,
  operator: Operator,
  wanted: { readonly campaignNumber: number; readonly person: string },
): Promise<{ readonly code: string; readonly expiresAtMs: number }> {
  requireRole(operator, 'unionpay');
  const digits = BigInt(`0x${context.random(8).toString('hex')}`) % 10n ** 17n;
  const code = `62${digits.toString().padStart(17, '0')}`;
  const expiresAtMs = context.now() + PAYMENT_CODE_LIFE_MS;
  await context.storage.db
    .insertInto('payment_codes')
    .values({
      code_hash: hashSecret(code),
      person: pseudonym(context.keys, wanted.campaignNumber, wanted.person),
      campaign_number: wanted.campaignNumber,
      expires_at_ms: expiresAtMs,
    })
    .execute();
  return { code, expiresAtMs };
}
