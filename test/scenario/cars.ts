import { authorise } from '../../src/clearing/authorisations/authorise.ts';
import { capture } from '../../src/clearing/authorisations/finish.ts';
import { submitCarClaim } from '../../src/clearing/cars/car-claims.ts';
import { readCarVoucher, reviewCarClaim } from '../../src/clearing/cars/review.ts';
import type { CarPapers } from '../../src/contract/clearing/car-papers.ts';
import type { Envelope } from '../../src/contract/clearing/envelope.ts';
import { authorisationSchema } from '../../src/contract/clearing/protocol.ts';
import { businessDay, DAY_MS } from '../../src/domain/business-day.ts';
import type { VoucherKind } from '../../src/domain/campaign.ts';
import type { Agenda } from './agenda.ts';
import type { City } from './city.ts';
import { FIRST_DAY_MS } from './plan.ts';
import type { Sales } from './sales.ts';
import type { Tally } from './tally-model.ts';

/** Cars are bought over so many days of the campaign. */
const CAR_DAYS = 60;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Dearest car without an upper band: 20 to 40 万. */
const OPEN_BAND_FEN = 20_000_000;

/** Plans all purchases of cars, two reviews for each, and between them papers that must be refused. */
export function planCars(city: City, agenda: Agenda, sales: Sales, tally: Tally): void {
  let nth = 0;
  for (const kind of city.campaign.kinds) {
    if (kind.category !== 'car') continue;
    for (let count = 0; count < kind.quota; count += 1) {
      nth += 1;
      const number = nth;
      const atMs = FIRST_DAY_MS + (1 + city.random.below(CAR_DAYS)) * DAY_MS + 9 * HOUR_MS + number * 1000;
      agenda.add(atMs, () => buyCar(city, agenda, sales, tally, kind, number));
    }
  }
}

function papersOf(city: City, kind: VoucherKind, number: number): CarPapers {
  if (kind.rule.type !== 'car-price-band') throw new Error('not a car');
  const { fromFen, belowFen } = kind.rule;
  const priceFen = fromFen + city.random.below((belowFen ?? fromFen + OPEN_BAND_FEN) - fromFen);
  const digits = String(number).padStart(13, '0');
  const name = `车主${String(number)}`;
  const issuedOn = businessDay(city.clock.nowMs);
  const vin = `LSVA${digits}`;
  return {
    invoice: { number: digits, vin, buyerName: name, priceFen, issuedOn, replaces: null },
    registration: { vin, ownerName: name, seats: 5, passengerCar: true, registeredOn: issuedOn },
    identity: { name, type: 'person', number: `41170${digits}` },
  };
}

async function buyCar(
  city: City,
  agenda: Agenda,
  sales: Sales,
  tally: Tally,
  kind: VoucherKind,
  number: number,
): Promise<void> {
  const { context } = city.clearing;
  const { unionpay, bureau } = city.officials;
  const papers = papersOf(city, kind, number);
  const person = `car person ${String(number)}`;
  const phone = city.phone(person);
  const claim = { campaignNumber: 1, person, algorithm: phone.algorithm, publicKey: phone.publicKey };
  if (number % 20 === 0) {
    const contradicting = { ...papers, registration: { ...papers.registration, ownerName: '别人' } };
    const refused = await submitCarClaim(context, unionpay, {
      id: `bad-${number}`,
      ...claim,
      papers: contradicting,
    });
    if (refused.status !== 'refused') throw new Error('contradicting papers were let in');
    tally.count('car papers refused');
  }
  const id = `car-${number}`;
  await submitCarClaim(context, unionpay, { id, ...claim, papers });
  if (number % 25 === 0) {
    const again = await submitCarClaim(context, unionpay, {
      id: `dup-${number}`,
      ...claim,
      person: `${person}b`,
      papers,
    });
    if (again.status !== 'refused') throw new Error('papers were let in twice');
    tally.count('car papers refused');
  }
  await reviewCarClaim(context, unionpay, id, 'unionpay', { pass: true, reason: '' });
  const issued = await reviewCarClaim(context, bureau, id, 'bureau', { pass: true, reason: '' });
  const voucher = await readCarVoucher(context, unionpay, id);
  tally.issued(kind.id);
  tally.count('cars reviewed twice');
  const atMs =
    city.clock.nowMs + (1 + city.random.below(10)) * DAY_MS + city.random.below(8 * 60) * MINUTE_MS;
  agenda.add(atMs, async () => {
    const counter = city.random.pick(city.countersOf('car'));
    const { invoice, registration } = papers;
    const vehicle = {
      priceFen: invoice.priceFen,
      seats: registration.seats,
      buyer: 'person' as const,
      invoiceIssuedOn: invoice.issuedOn,
      invoiceReissued: false,
      papersAgree: true,
      passengerCar: true,
      papersHash: issued.papersHash,
    };
    const sale = {
      atMs,
      amountFen: invoice.priceFen,
      discountFen: kind.faceValueFen,
      offline: false,
      vehicle,
    };
    const purchase = counter.purchaseOf(sale);
    const authorisationId = `a-${id}`;
    const request = { authorisationId, code: phone.show(atMs, voucher), campaignNumber: 1, purchase };
    const answer = await authorise(context, counter.terminalId, request);
    expectStatus(answer, 'reserved');
    expectStatus(await capture(context, counter.terminalId, authorisationId), 'captured');
    const held = { kindNumber: kind.number, serial: String(voucher.serial), answer };
    const entry = counter.redeem(
      { ...sale, evidence: { type: 'authorisation', authorisationId, held } },
      purchase,
    );
    sales.take(entry, kind.id);
  });
}

function expectStatus(answer: Envelope, status: string): void {
  const said = authorisationSchema.parse(JSON.parse(answer.payload));
  if (said.status !== status)
    throw new Error(`clearing said ${said.status} (${said.reason ?? ''}), not ${status}`);
}
