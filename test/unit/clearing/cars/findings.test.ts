import { describe, expect, test } from 'vitest';
import { judgePapers } from '../../../../src/clearing/cars/findings.ts';
import type { CarPapers } from '../../../../src/contract/clearing/car-papers.ts';
import { readRefusal } from '../../../../src/contract/terminal/refusal.ts';
import { carPapers } from '../../../support/car-claim.ts';
import { NOON_MS, PLAN } from '../../../support/rules.ts';

const found = (papers: CarPapers, nowMs = NOON_MS) => judgePapers(papers, PLAN, nowMs)?.findings;

describe('what speaks against a claim', () => {
  test('nothing, where the papers agree and the campaign runs', () => {
    expect(found(carPapers())).toEqual([]);
  });
  test.each([
    ['vin', { registration: { vin: 'LSVAA4187E2184847' } }],
    ['buyer-and-owner', { registration: { ownerName: '李四' } }],
    ['buyer-and-identity', { identity: { name: '李四' } }],
    ['registered-before-invoice', { registration: { registeredOn: '2023-06-04' } }],
    ['replaces-a-later-invoice', { invoice: { replaces: { number: '77', issuedOn: '2023-06-06' } } }],
  ] as const)('names the papers that disagree: %s', (reason, changes) => {
    expect(found(carPapers(changes))).toEqual([{ code: 'car-papers-contradict', params: { reason } }]);
  });
  test('names the first and the last day of the campaign', () => {
    const before = { code: 'campaign-not-open', params: { opensDay: '2023-05-01' } };
    expect(found(carPapers(), PLAN.opensAtMs - 1)).toContainEqual(before);
    expect(found(carPapers(), PLAN.closesAtMs)).toContainEqual({
      code: 'campaign-closed',
      params: { lastDay: '2023-12-31' },
    });
  });
  test('is something that a screen can say, every bit of it', () => {
    const worst = carPapers({
      invoice: { priceFen: 1, issuedOn: '2023-04-19', replaces: { number: '77', issuedOn: '2023-04-18' } },
      registration: { vin: 'LSVAA4187E2184847', seats: 9, passengerCar: false, ownerName: '李四' },
      identity: { type: 'organisation', name: '某公司' },
    });
    const findings = found(worst, PLAN.closesAtMs) ?? [];
    expect(findings.length).toBeGreaterThan(7);
    expect(findings.filter(({ code, params }) => readRefusal(code, params) === null)).toEqual([]);
  });
});
