import type { z } from 'zod';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { readRefusal, type refusalSchema } from '../../../../src/contract/terminal/refusal.ts';
import { checkoutStateSchema } from '../../../../src/contract/terminal/state.ts';
import type { Refusal } from '../../../../src/domain/decision.ts';
import { everyRefusal } from '../../../support/refusals.ts';

test('what the border takes and what the rules say are one and the same', () => {
  expectTypeOf<Refusal>().toExtend<z.output<typeof refusalSchema>>();
  expectTypeOf<z.output<typeof refusalSchema>>().toExtend<Refusal>();
});

test.each(everyRefusal())('$code $params crosses as it is', ({ code, params }) => {
  expect(readRefusal(code, JSON.parse(JSON.stringify(params)))).toEqual({ verdict: 'refuse', code, params });
  const can = { digits: 'next', enter: 'next', escape: 'cancel', keepsCode: false, atRest: false };
  const state = { step: 'refused', code, params, amountFen: 10_000, receiptNumber: '1-2', can };
  expect(checkoutStateSchema.parse(state)).toEqual(state);
});

describe('what comes from another version of clearing', () => {
  test('a payment code without a voucher, as it was said before, is understood', () => {
    expect(readRefusal('not-a-voucher-code', { family: 'unionpay-c2b', reason: 'no-voucher' })).toEqual({
      verdict: 'refuse',
      code: 'not-a-voucher-code',
      params: { found: 'payment-code', reason: 'no-voucher' },
    });
    expect(readRefusal('not-a-voucher-code', { family: 'emv-cpm' })).toEqual({
      verdict: 'refuse',
      code: 'not-a-voucher-code',
      params: { found: 'payment-code', reason: 'unsupported' },
    });
  });
  test('parameters that came later are left out', () => {
    const params = { faceValueFen: 2000, notAfterMs: 1, colour: 'red' };
    expect(readRefusal('voucher-expired', params)?.params).toEqual({ faceValueFen: 2000, notAfterMs: 1 });
  });
  test.each([
    ['a code that came later', 'too-sunny', {}],
    ['none', null, {}],
    ['a parameter that is missing', 'voucher-expired', { faceValueFen: 2000 }],
    ['a parameter of another type', 'voucher-expired', { faceValueFen: '2000', notAfterMs: 1 }],
    ['a reason that came later', 'online-required', { reason: 'weather' }],
    ['a family that says nothing', 'not-a-voucher-code', { family: 'unionpay-c2b' }],
  ])('%s is no refusal that can be said', (_name, code, params) => {
    expect(readRefusal(code, params)).toBeNull();
  });
});
