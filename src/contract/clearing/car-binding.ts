import { createHash } from 'node:crypto';
import { plainNumber } from '../../domain/paper-numbers.ts';
import { canonicalJson } from '../journal/canonical.ts';

/** What binds a car voucher to one purchase: read off the papers when it is claimed, and again at the dealer. */
export interface CarBinding {
  readonly invoiceNumber: string;
  readonly vin: string;
  /** The number of the buyer's identity card. */
  readonly buyerNumber: string;
}

/**
 * SHA-256, hexadecimal, of the canonical JSON of the buyer's number, invoice number and VIN: what journal and register
 * keep of the papers, and what the dealer's terminal and clearing must agree on (`car-papers-contradict` otherwise).
 */
export function carPapersHash({ invoiceNumber, vin, buyerNumber }: CarBinding): string {
  const text = canonicalJson({
    buyer: plainNumber(buyerNumber),
    invoice: plainNumber(invoiceNumber),
    vin: plainNumber(vin),
  });
  return createHash('sha256').update(text).digest('hex');
}
