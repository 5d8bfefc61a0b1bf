import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { carClaimSchema, type CarPapers } from '../../../src/contract/clearing/car-papers.ts';
import type { VehicleForm } from '../../../src/contract/terminal/calls-counter.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import { openAuthorisedCounter, PATIENCE, type AuthorisedCounter } from '../../support/authorised-counter.ts';
import { carClaim, carPapers } from '../../support/car-claim.ts';
import type { PhoneVoucher } from '../../support/demo-phone.ts';

let counter: AuthorisedCounter;

beforeEach(async () => {
  counter = await openAuthorisedCounter('car');
});
afterEach(() => counter.stop());

async function ask(path: string, body?: unknown, token = counter.clearing.operatorToken): Promise<unknown> {
  const answer = await fetch(`${counter.clearing.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

async function reviewer(role: 'unionpay' | 'bureau'): Promise<string> {
  const answer = await ask('/v1/operator/operators', { name: role, roles: [role] });
  return z.object({ token: z.string() }).parse(answer).token;
}

/** Papers handed in, reviewed by two people, and the voucher in the buyer's phone. */
async function reviewedCar() {
  const today = businessDay(Date.now());
  const { claim, phone } = carClaim(
    carPapers({ invoice: { issuedOn: today }, registration: { registeredOn: today } }),
  );
  const first = await reviewer('unionpay');
  await ask('/v1/operator/car-claims', claim, first);
  await ask(`/v1/operator/car-claims/${claim.id}/reviews/unionpay`, { pass: true }, first);
  const issued = await ask(
    `/v1/operator/car-claims/${claim.id}/reviews/bureau`,
    { pass: true },
    await reviewer('bureau'),
  );
  expect(carClaimSchema.parse(issued).status).toBe('issued');
  const voucher = (await ask(
    `/v1/operator/car-claims/${claim.id}/voucher`,
    undefined,
    first,
  )) as PhoneVoucher;
  return { papers: claim.papers, show: () => phone.show(Date.now(), voucher) };
}

const formOf = (
  { invoice, identity, registration }: CarPapers,
  numbers: Partial<NonNullable<VehicleForm['numbers']>> = {},
): VehicleForm => ({
  priceFen: invoice.priceFen,
  seats: registration.seats,
  buyer: identity.type,
  invoiceIssuedOn: invoice.issuedOn,
  invoiceReissued: false,
  papersAgree: true,
  passengerCar: true,
  numbers: { invoiceNumber: invoice.number, vin: invoice.vin, buyerNumber: identity.number, ...numbers },
});
const setVehicle = (vehicle: VehicleForm): Promise<void> =>
  counter.core().call('checkout.setVehicle', { vehicle });
const scan = (text: string): Promise<void> => counter.core().call('checkout.scan', { text, source: 'wedge' });
const recent = () => counter.core().call('redemptions.recent', { limit: 5 });

/** Everything that the terminal has written, databases and their logs too. */
const written = (): string =>
  readdirSync(counter.dataFolder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');

test('a reviewed car voucher is redeemed online by its papers, settled, and leaves no number of theirs behind', async () => {
  const { papers, show } = await reviewedCar();
  await setVehicle(formOf(papers));
  await scan(show());
  const { decisionId } = await counter.at('decided');
  await counter.core().call('checkout.confirm', { decisionId });
  await counter.at('accepted');
  await expect.poll(async () => (await recent())[0]?.state, PATIENCE).toBe('settled');
  expect(await counter.settled()).toEqual({ redemptions: 1, redeemedFen: 300_000, netFen: 300_000 });
  const snapshot = await counter.core().call('app.snapshot', undefined);
  for (const secret of [papers.invoice.number, papers.invoice.vin, papers.identity.number]) {
    expect(written()).not.toContain(secret);
    expect(JSON.stringify(snapshot)).not.toContain(secret);
  }
});

test('with another VIN it is car-papers-contradict, nothing is booked, and the right one still redeems it', async () => {
  const { papers, show } = await reviewedCar();
  await setVehicle(formOf(papers, { vin: 'LSVAA4187E2184847' }));
  await scan(show());
  expect(await counter.at('refused')).toMatchObject({
    code: 'car-papers-contradict',
    params: { reason: 'voucher-for-other-papers' },
  });
  expect(await recent()).toEqual([]);
  expect(await counter.settled()).toMatchObject({ redemptions: 0 });
  // The numbers may be written as people write them.
  const spaced = `${papers.invoice.number.slice(0, 4)}-${papers.invoice.number.slice(4)}`;
  await setVehicle(formOf(papers, { invoiceNumber: spaced }));
  expect(await counter.at('decided')).toMatchObject({ discountFen: 300_000 });
});

test('without the numbers of its papers the refusal asks for them', async () => {
  const { papers, show } = await reviewedCar();
  await setVehicle({ ...formOf(papers), numbers: null });
  await scan(show());
  expect(await counter.at('refused')).toMatchObject({ params: { reason: 'papers-missing' } });
});

test('offline it needs the network', async () => {
  const { papers, show } = await reviewedCar();
  await counter.clearing.stop();
  await counter.core().call('sync.now', undefined);
  await expect
    .poll(async () => (await counter.core().call('app.snapshot', undefined)).sync.connection, PATIENCE)
    .toBe('offline');
  await setVehicle(formOf(papers));
  await scan(show());
  expect(await counter.at('refused')).toMatchObject({ code: 'online-required' });
  expect(await recent()).toEqual([]);
});
