import { expect, test } from 'vitest';
import * as outside from '../support/outside.ts';

/** Scripts that aren't in this repository call these; a name is added here and never taken away. */
const NAMES = [
  'AMOUNT_FEN',
  'MANAGER',
  'businessDay',
  'connectClient',
  'createPhone',
  'createTcpPrinter',
  'csvText',
  'demoPack',
  'ensureElectron',
  'makeDataFolder',
  'openCounter',
  'openDisplay',
  'openForBusiness',
  'pageHandles',
  'readBooks',
  'redeemAt',
  'renderEscPos',
  'startClearing',
  'startCore',
  'startCoreProcess',
  'testSlip',
  'until',
  'voucherStock',
  'watchedCore',
  'writeExport',
];

test('scripts from outside find every name that they were promised', () => {
  expect(Object.keys(outside)).toEqual(expect.arrayContaining(NAMES));
});
