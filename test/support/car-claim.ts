import { randomBytes } from 'node:crypto';
import type { CarClaimRequest, CarPapers } from '../../src/contract/clearing/car-papers.ts';
import { createPhone, type Phone } from './demo-phone.ts';

/** Papers of a car for 120,000 yuan, bought by a person in the campaign of 2023; each with its own numbers. */
export function carPapers(
  changes: {
    readonly invoice?: Partial<CarPapers['invoice']>;
    readonly registration?: Partial<CarPapers['registration']>;
    readonly identity?: Partial<CarPapers['identity']>;
  } = {},
): CarPapers {
  const digits = String(randomBytes(5).readUIntBE(0, 5)).padStart(13, '0');
  const vin = changes.invoice?.vin ?? `LSVA${digits}`;
  return {
    invoice: {
      number: digits,
      vin,
      buyerName: '王小明',
      priceFen: 12_000_000,
      issuedOn: '2023-06-05',
      replaces: null,
      ...changes.invoice,
    },
    registration: {
      vin,
      ownerName: '王小明',
      seats: 5,
      passengerCar: true,
      registeredOn: '2023-06-06',
      ...changes.registration,
    },
    identity: { name: '王小明', type: 'person', number: `41170${digits}`, ...changes.identity },
  };
}

/** A claim by a phone of its own. */
export function carClaim(
  papers: CarPapers = carPapers(),
  changes: Partial<CarClaimRequest> = {},
): { readonly claim: CarClaimRequest; readonly phone: Phone } {
  const phone = createPhone();
  const id = randomBytes(6).toString('hex');
  const claim: CarClaimRequest = {
    id: `claim-${id}`,
    campaignNumber: 1,
    person: `person-${id}`,
    algorithm: phone.algorithm,
    publicKey: phone.publicKey,
    papers,
    ...changes,
  };
  return { claim, phone };
}
