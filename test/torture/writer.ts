import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { openJournal, openJournalOn } from '../../src/terminal/journal/open.ts';
import { openFileStorage, type JournalStorage } from '../../src/terminal/journal/storage.ts';
import type { Journal } from '../../src/terminal/journal/types.ts';
import { createClock } from '../../src/terminal/sync/clock.ts';
import { startSync } from '../../src/terminal/sync/sync-loop.ts';
import { NOON, openEpoch, redemptionBody } from '../support/journal-builder.ts';

/**
 * A process that redeems as fast as it can and tells its parent, a line on standard output each, what it has
 * shown to the cashier as accepted: `ACK seq hash`. It is killed, cut off and starved by the torture.
 */
export const writerOptionsSchema = z.object({
  folder: z.string(),
  keyFile: z.string(),
  firstSerial: z.int(),
  count: z.int(),
  /** `full`: as shipped. The others show that the test can find losses. */
  storage: z.enum(['full', 'normal', 'no-tail-log', 'normal-no-tail-log']),
  /** A checkpoint after so many redemptions, besides the journal's own; 0: none. */
  checkpointEvery: z.int(),
  clearing: z.object({ url: z.string(), keyId: z.string(), publicKeyFile: z.string() }).nullable(),
});
export type WriterOptions = z.infer<typeof writerOptionsSchema>;

function weakened(storage: JournalStorage, how: WriterOptions['storage']): JournalStorage {
  if (how.startsWith('normal')) storage.db.pragma('synchronous = NORMAL');
  if (!how.endsWith('no-tail-log')) return storage;
  const { tail } = storage;
  return { ...storage, tail: { ...tail, write: () => undefined, flush: () => undefined } };
}

function open(options: WriterOptions): Journal {
  const key = createPrivateKey(readFileSync(options.keyFile, 'utf8'));
  const identity = { terminalId: 'T-1', epoch: 1, key };
  if (options.storage !== 'full') {
    const storage = weakened(openFileStorage(options.folder), options.storage);
    return openJournalOn(storage, identity).journal;
  }
  const opened = openJournal({ folder: options.folder, identity, nowMs: NOON });
  if (!opened.ok) throw new Error(opened.fault.code);
  return opened.journal;
}

function settleWith(
  journal: Journal,
  clearing: NonNullable<WriterOptions['clearing']>,
  keyFile: string,
): void {
  startSync({
    journal,
    clearingUrl: clearing.url,
    identity: { terminalId: 'T-1', epoch: 1, key: createPrivateKey(readFileSync(keyFile, 'utf8')) },
    trustedKeys: new Map([[clearing.keyId, createPublicKey(readFileSync(clearing.publicKeyFile, 'utf8'))]]),
    clock: createClock({
      systemNowMs: () => NOON,
      monotonicMs: () => performance.now(),
      lastEntryAtMs: null,
      lastSignedMs: null,
      keptSkewMs: null,
      onStep: () => undefined,
    }),
    openPack: () => null,
    onState: () => undefined,
    onFeed: () => undefined,
    onRedemptionsChanged: () => undefined,
  });
}

async function main(): Promise<void> {
  const options = writerOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const journal = open(options);
  if (journal.head() === null) {
    const key = createPrivateKey(readFileSync(options.keyFile, 'utf8'));
    openEpoch(journal, { terminalId: 'T-1', epoch: 1, key });
  }
  if (options.clearing !== null) settleWith(journal, options.clearing, options.keyFile);
  for (let nth = 0; nth < options.count; nth += 1) {
    const serial = options.firstSerial + nth;
    const appended = journal.append(NOON + nth, () => ({ kind: 'redemption', body: redemptionBody(serial) }));
    if ('entry' in appended && appended.durability === 'confirmed')
      writeSync(1, `ACK ${appended.entry.seq} ${appended.entry.hash}\n`);
    if (options.checkpointEvery > 0 && nth % options.checkpointEvery === options.checkpointEvery - 1)
      journal.checkpoint();
    if (options.clearing !== null) await new Promise((resolve) => setImmediate(resolve));
  }
  writeSync(1, 'DONE\n');
  // Ends like a crash: nothing is closed, so that the files are those of a working terminal.
  process.exit(0);
}

await main();
