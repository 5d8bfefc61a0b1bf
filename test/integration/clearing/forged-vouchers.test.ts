import { afterEach, beforeEach, expect, it } from 'vitest';
import { balances } from '../../../src/clearing/ledger/ledger.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { createPhone, type ShownEvidence } from '../../support/demo-phone.ts';
import { onEachEngine } from '../../support/engines.ts';

/** One of 64 bytes changed; base64url keeps its length. */
function spoiled(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

/** What is changed of a code that clearing issued and a phone showed. */
const FORGERIES: readonly ((shown: ShownEvidence, other: ShownEvidence) => Partial<ShownEvidence>)[] = [
  ({ issuerSignature }) => ({ issuerSignature: spoiled(issuerSignature) }),
  ({ holderSignature }) => ({ holderSignature: spoiled(holderSignature) }),
  ({ shownAtS }) => ({ shownAtS: shownAtS + 1 }),
  (_shown, other) => ({ holderSignature: other.holderSignature }),
  (_shown, other) => ({ grant: other.grant }),
  (_shown, other) => ({ issuerSignature: other.issuerSignature }),
];

onEachEngine((engine) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
  });
  afterEach(() => world.close());

  // Few are checked on the main thread, many on others.
  it.each([1, 8])(
    'forged vouchers among right ones are refused each by itself, and the right ones are paid: %i of each kind',
    async (ofEach) => {
      const terminal = await world.terminal(await world.store('supermarket'));
      const { phone, voucher } = await world.voucher({ kind: 'supermarket-20' });
      const other = phone.evidence(world.now(), voucher);
      const redeem = (evidence: ShownEvidence): void => {
        terminal.redeem({ evidence, atMs: world.now(), amountFen: 10_000, discountFen: 2000 });
      };
      const expected: (string | null)[] = [];
      for (let nth = 0; nth < ofEach; nth += 1) {
        for (const forge of [null, ...FORGERIES]) {
          const order = await world.voucher({ kind: 'supermarket-20' });
          const shown = order.phone.evidence(world.now());
          redeem(forge === null ? shown : { ...shown, ...forge(shown, other) });
          expected.push(forge === null ? null : 'signature-invalid');
        }
        // The holder vouches for a signature that isn't the issuer's.
        const order = await world.voucher({ kind: 'supermarket-20' });
        const issuerSignature = spoiled(order.voucher.issuerSignature);
        redeem(order.phone.evidence(world.now(), { ...order.voucher, issuerSignature }));
        expected.push('signature-invalid');
      }
      // A stranger's signature under a grant that is somebody else's.
      redeem({ ...other, holderSignature: createPhone().evidence(world.now(), voucher).holderSignature });
      const { verdicts } = await terminal.send();
      expect(verdicts.slice(1).map(({ reason }) => reason)).toEqual([...expected, 'signature-invalid']);
      expect(verdicts.filter(({ verdict }) => verdict === 'settled')).toHaveLength(ofEach);
      const books = await balances(world.clearing.context.storage.db, 1);
      expect(books.find(({ name }) => name === 'settlement')?.balanceFen).toBe(ofEach * 2000);
    },
  );
});
