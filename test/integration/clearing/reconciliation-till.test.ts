import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTillFile } from '../../../src/contract/clearing/reconciliation-till.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

const DAY = '2023-06-10';
let world: World;
let terminal: TestTerminal;

async function redeem(receiptNumber: string): Promise<Entry> {
  const { phone } = await world.voucher({ kind: 'supermarket-20' });
  const atMs = world.now();
  const money = { amountFen: 10_000, discountFen: 2000 };
  return terminal.redeem({ evidence: phone.evidence(atMs), atMs, ...money, receiptNumber });
}

const reconcile = (csv: string, token?: string) =>
  world.call(
    'POST',
    '/v1/operator/reconciliations/till',
    { storeId: terminal.storeId, day: DAY, csv },
    token,
  );

onEachEngine((engine) => {
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    terminal = await world.terminal(await world.store('supermarket'));
  });
  afterEach(() => world.close());

  describe('reconciliation with a till’s file', () => {
    it('finds what only one side has and what differs, and matches a sale that was taken back', async () => {
      for (const receipt of ['a1', 'a2', 'a3']) await redeem(receipt);
      terminal.reverse(await redeem('a4'), world.now());
      await terminal.send();
      const { status, body } = await reconcile('\uFEFF小票号,优惠\r\na1,20.00\r\na2,19.99\r\nb7,40\r\n');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        counts: { matched: 2, differs: 1, 'only-till': 1, 'only-clearing': 1 },
        tillFen: 7999,
        clearingFen: 6000,
        receipts: [
          { receiptNumber: 'a1', status: 'matched' },
          { receiptNumber: 'a2', status: 'differs', tillFen: 1999, clearingFen: 2000 },
          { receiptNumber: 'a3', status: 'only-clearing', tillFen: null, clearingFen: 2000 },
          { receiptNumber: 'a4', status: 'matched', tillFen: null, clearingFen: 0 },
          { receiptNumber: 'b7', status: 'only-till', tillFen: 4000, clearingFen: null },
        ],
      });
      const kept = await world.call('GET', `/v1/operator/reconciliations?day=${DAY}`);
      expect(kept.body).toMatchObject({
        reconciliations: [{ source: 'till', differences: [{ status: 'differs' }, {}, {}] }],
      });
    });

    it('tells tills apart where the file names them', async () => {
      await redeem('a1');
      await terminal.send();
      const { body } = await reconcile('till,receipt,amount\n2,a1,20\n');
      expect(body).toMatchObject({ counts: { 'only-till': 1, 'only-clearing': 1 } });
    });

    it('refuses a file that can’t be read, an unknown store and who may not', async () => {
      expect(await reconcile('receipt,price\na1,20\n')).toMatchObject({ status: 400 });
      expect(await reconcile('receipt,amount\na1,20.001\n')).toMatchObject({
        status: 400,
        body: { message: 'line 1: not an amount in yuan' },
      });
      const { body } = await world.call('POST', '/v1/operator/operators', { name: 'd', roles: ['district'] });
      const { token } = body as { readonly token: string };
      expect((await reconcile('receipt,amount\n', token)).status).toBe(403);
    });

    it('reads yuan exactly, adds up receipts that occur twice, and takes no half file', () => {
      expect(readTillFile('receipt,amount\n"a,1",0.1\n a2 ,-3.05\n\n')).toEqual({
        ok: true,
        receipts: [
          { till: null, receiptNumber: 'a,1', amountFen: 10 },
          { till: null, receiptNumber: 'a2', amountFen: -305 },
        ],
      });
      expect(readTillFile('receipt,amount\na1,1\n,2\n')).toMatchObject({ ok: false, row: 2 });
      expect(readTillFile('')).toMatchObject({ ok: false, row: 0 });
    });
  });
});
