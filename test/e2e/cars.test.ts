import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { businessDay } from '../../src/domain/business-day.ts';
import { carClaim, carPapers } from '../support/car-claim.ts';
import type { Counter } from '../support/counter.ts';
import { openStand, type CounterStand } from '../support/counter-stand.ts';
import type { Phone, PhoneVoucher } from '../support/demo-phone.ts';

let stand: CounterStand;
let counter: Counter;

beforeAll(async () => {
  stand = await openStand({ category: 'car' });
  ({ counter } = stand);
});
afterAll(() => stand.close());

/** A call of the operators' API by one of them. */
async function operate(
  token: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${counter.clearing.url}/v1/operator/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`);
  return answer.json();
}

const papers = (() => {
  const today = businessDay(Date.now());
  const vin = 'LSVAA4187E2184847';
  return carPapers({
    invoice: { number: '24412000000012345678', vin, issuedOn: today },
    registration: { vin, registeredOn: today },
    identity: { number: '41170219900101123X' },
  });
})();

/** A claim through both reviews, by two people, until the phone has its voucher. */
async function claimed(): Promise<{ readonly phone: Phone; readonly voucher: PhoneVoucher }> {
  const admin = counter.clearing.operatorToken;
  const person = async (name: string, role: string): Promise<string> =>
    z.object({ token: z.string() }).parse(await operate(admin, 'POST', 'operators', { name, roles: [role] }))
      .token;
  const wallet = await person('wallet', 'unionpay');
  const bureau = await person('bureau', 'bureau');
  const { claim, phone } = carClaim(papers);
  await operate(wallet, 'POST', 'car-claims', claim);
  await operate(wallet, 'POST', `car-claims/${claim.id}/reviews/unionpay`, { pass: true });
  await operate(bureau, 'POST', `car-claims/${claim.id}/reviews/bureau`, { pass: true });
  const voucher = (await operate(wallet, 'GET', `car-claims/${claim.id}/voucher`)) as PhoneVoucher;
  phone.keep(voucher);
  return { phone, voucher };
}

/** Fills the form in by finger; types the identity number, and scans the invoice's. */
async function fillIn(numbers: { readonly vin: string }): Promise<void> {
  const find = (testId: string) => counter.window().find(testId);
  const digits = async (text: string): Promise<void> => {
    for (const digit of text) await find('car').getByTestId(`pin-${digit}`).click();
  };
  await find('f3').click();
  await find('car-priceFen-value').click();
  await find('car').getByTestId('pin-clear').click();
  await digits(String(papers.invoice.priceFen));
  await find('car-seats-value').click();
  await find('car').getByTestId('pin-clear').click();
  await digits(String(papers.registration.seats));
  await find('car-day-value').click();
  await find('car').getByTestId('pin-clear').click();
  await digits(papers.invoice.issuedOn.replaceAll('-', ''));
  for (const row of ['buyer', 'passengerCar', 'invoiceReissued', 'papersAgree'])
    await find(`car-${row}-first`).click();
  await find('car-vin-value').click();
  await find('car').getByTestId('pin-clear').click();
  for (const character of numbers.vin)
    await (/\d/.test(character) ? digits(character) : find(`car-letter-${character}`).click());
  await find('car-buyerNumber-value').click();
  await find('car').getByTestId('pin-clear').click();
  await counter.type(papers.identity.number);
  await find('car-invoiceNumber-value').click();
  await counter.scan(papers.invoice.number);
  await find('car')
    .locator(
      '[data-testid="car-invoiceNumber"][data-check="doubt"], [data-testid="car-invoiceNumber"][data-check="good"]',
    )
    .waitFor();
  await find('car-submit').click();
  await find('car').waitFor({ state: 'detached' });
}

test('a car voucher claimed with papers is redeemed on those papers, and refused on those of another car', async () => {
  await counter.activate();
  await counter.signIn();
  const { phone, voucher } = await claimed();
  const window = counter.window();

  await fillIn({ vin: 'LSVAA4187E2184848' });
  await counter.scan(phone.show(Date.now(), voucher));
  await window.see('refusal');
  expect(await window.find('refusal').getAttribute('data-code')).toBe('car-papers-contradict');
  await counter.press('Escape');
  await window.see('step-ready');

  await fillIn({ vin: papers.invoice.vin });
  await counter.scan(phone.show(Date.now(), voucher));
  await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
  await window.find('confirm').click();
  await window.see('step-accepted');
  expect(await window.find('discount').getAttribute('data-fen')).toBe('300000');
  await expect
    .poll(() => window.find('settlement').getAttribute('data-state'), { timeout: 20_000 })
    .toBe('settled');
});
