import { createHash } from 'node:crypto';
import { canonicalJson } from '../journal/canonical.ts';

/** What binds a car voucher to one purchase. */
export interface CarBinding {
  readonly invoiceNumber: string;
  readonly vin: string;
  readonly buyerName: string;
}

/** Blanks and lower case don't matter on paper, so they don't in the hash. */
function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
}

/**
 * SHA-256, hexadecimal, of the canonical JSON of buyer name, invoice number and VIN: what the journal keeps of the
 * papers, and what the dealer's terminal and clearing must agree on (`car-papers-contradict` otherwise).
 */
export function carPapersHash({ invoiceNumber, vin, buyerName }: CarBinding): string {
  const text = canonicalJson({ buyer: plain(buyerName), invoice: plain(invoiceNumber), vin: plain(vin) });
  return createHash('sha256').update(text).digest('hex');
}
