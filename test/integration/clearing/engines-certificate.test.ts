import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../src/contract/clearing/envelope.ts';
import { type Entry, NO_HASH } from '../../../src/contract/journal/entry.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

onEachEngine((engine) => {
  let world: World;
  let terminal: TestTerminal;
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    terminal = await world.terminal(await world.store('supermarket'));
  });
  afterEach(() => world.close());

  /** Begins the epoch anew with this certificate. */
  const beginWith = (certificate: Envelope): void => {
    terminal.seq = 0;
    terminal.lastHash = NO_HASH;
    terminal.journal.length = 0;
    terminal.append('epoch-opened', world.now(), { certificate, previous: null });
  };
  const redeem = async (): Promise<Entry> => {
    const { phone } = await world.voucher({ kind: 'supermarket-20' });
    const order = { atMs: world.now(), amountFen: 10_000, discountFen: 2000 };
    return terminal.redeem({ ...order, evidence: phone.evidence(world.now()) });
  };
  const reasons = async () =>
    (await terminal.send()).verdicts.map(({ verdict, reason }) => reason ?? verdict);
  const alarms = () => world.clearing.context.storage.db.selectFrom('alarms').select('code').execute();

  describe('the first entry of an epoch', () => {
    it('with the terminal’s own certificate lets its redemptions settle', async () => {
      await redeem();
      expect(await reasons()).toEqual(['recorded', 'settled']);
      expect(await alarms()).toEqual([]);
    });

    it('with another terminal’s certificate is an alarm, and no money moves after it', async () => {
      const other = await world.terminal(await world.store('supermarket'));
      if (other.certificate === null) throw new Error('not activated');
      beginWith(other.certificate);
      await redeem();
      expect(await reasons()).toEqual(['certificate-wrong', 'after-break']);
      await redeem();
      expect((await reasons()).at(-1)).toBe('after-break');
      expect(await alarms()).toEqual([{ code: 'certificate-wrong' }]);
    });

    it('with a certificate changed by one character is an alarm', async () => {
      const { certificate } = terminal;
      if (certificate === null) throw new Error('not activated');
      beginWith({ ...certificate, payload: certificate.payload.replace('"counter":"1"', '"counter":"2"') });
      expect(await reasons()).toEqual(['certificate-wrong']);
    });

    it('can’t be anything else, and no later entry opens the epoch again', async () => {
      terminal.append('epoch-opened', world.now(), { certificate: terminal.certificate, previous: null });
      expect(await reasons()).toEqual(['recorded', 'certificate-wrong']);
      const second = await world.terminal(await world.store('supermarket'));
      second.seq = 0;
      second.lastHash = NO_HASH;
      second.journal.length = 0;
      second.append('signed-out', world.now(), { userId: 'ann', automatic: false });
      expect((await second.send()).verdicts[0]).toMatchObject({
        verdict: 'held',
        reason: 'certificate-wrong',
      });
    });
  });
});
