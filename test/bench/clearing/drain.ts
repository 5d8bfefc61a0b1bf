import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { createServer } from '../../../src/clearing/http/server.ts';
import { ClaimDesk } from '../../../src/clearing/issuance/claims.ts';
import { openRound } from '../../../src/clearing/issuance/rounds.ts';
import { createKeys } from '../../../src/clearing/keys/keys.ts';
import { createActivation } from '../../../src/clearing/operator/stores.ts';
import type { Storage } from '../../../src/clearing/storage/storage.ts';
import { MAX_BATCH_ENTRIES } from '../../../src/contract/clearing/protocol.ts';
import { httpTransport, TestTerminal } from '../../support/clearing-terminal.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { admittedStore } from './admitted-store.ts';

const NOON = Date.parse('2023-06-10T12:00:00+08:00');
const KIND = 'supermarket-20';

export interface Drained {
  readonly entries: number;
  /** From the first batch sent to the last verdict received, over HTTP on loopback. */
  readonly ms: number;
  /** Processor time of this process meanwhile: clearing's, and a little of the terminal's. */
  readonly cpuMs: number;
  readonly claimsMs: number;
}

/**
 * Issues vouchers, lets one terminal redeem them all offline, and measures how long clearing takes to settle what
 * waits, batch after batch as the terminal's sync sends them. Throws if not everything was settled.
 */
export async function drain(storage: Storage, redemptions: number): Promise<Drained> {
  const now = (): number => NOON;
  const clearing = await createClearing({ storage, keys: createKeys(), now });
  const { context } = clearing;
  const { operator, storeId } = await admittedStore(context);
  const round = { campaignNumber: 1, kind: KIND, quota: redemptions };
  await openRound(context, operator, { ...round, opensAtMs: NOON, closesAtMs: NOON + 86_400_000 });

  const phone = createPhone();
  const desk = new ClaimDesk(context);
  const claimsFromMs = performance.now();
  const outcomes = await Promise.all(
    Array.from({ length: redemptions }, (_, nth) =>
      desk.claim({
        campaignNumber: 1,
        kind: KIND,
        person: `person ${nth}`,
        algorithm: phone.algorithm,
        publicKey: phone.publicKey,
      }),
    ),
  );
  const claimsMs = performance.now() - claimsFromMs;

  const server = await createServer(clearing, { rate: { burst: 10_000, perSecond: 10_000 } });
  const base = await server.listen({ port: 0, host: '127.0.0.1' });
  const { activationCode } = await createActivation(context, operator, storeId, '1');
  const terminal = new TestTerminal(httpTransport(base, now));
  await terminal.activate(activationCode, NOON);
  for (const outcome of outcomes) {
    if (outcome.status !== 'issued') throw new Error(outcome.reason);
    const evidence = phone.evidence(NOON, outcome.voucher);
    terminal.redeem({ evidence, atMs: NOON, amountFen: 10_000, discountFen: 2000, offline: true });
  }
  const cpuFrom = process.cpuUsage();
  const fromMs = performance.now();
  let settled = 0;
  for (let start = 0; start < terminal.journal.length; start += MAX_BATCH_ENTRIES) {
    const { verdicts } = await terminal.send(terminal.journal.slice(start, start + MAX_BATCH_ENTRIES));
    settled += verdicts.filter(({ verdict }) => verdict === 'settled').length;
  }
  const ms = performance.now() - fromMs;
  const { user, system } = process.cpuUsage(cpuFrom);
  await server.close();
  if (settled !== redemptions) throw new Error(`${settled} of ${redemptions} were settled`);
  return { entries: terminal.journal.length, ms, cpuMs: (user + system) / 1000, claimsMs };
}
