import { recoverExpired } from '../../src/clearing/issuance/recovery.ts';
import { BODY_SCHEMAS, type Entry } from '../../src/contract/journal/entry.ts';
import { sealEntry } from '../../src/contract/journal/seal.ts';
import type { Feed, Journal, JournalReader } from '../../src/terminal/journal/types.ts';
import { ALL_REAL, type Parts } from './parts.ts';
import {
  decidesOnEachNode,
  forgetsReleases,
  freesAnyVoucher,
  ignoresSuspension,
  judgesAnew,
  refundsAgain,
} from './plants-clearing.ts';
import type { TerminalParts } from './sim-terminal.ts';

/** Bugs on purpose, each around the real parts: what the oracle must find. */

function atTerminal(parts: Partial<TerminalParts>): Parts {
  return { ...ALL_REAL, terminal: { ...ALL_REAL.terminal, ...parts } };
}

function withoutChanges(left: (change: Feed['changes'][number]) => boolean): (journal: Journal) => Journal {
  return (journal) => ({
    ...journal,
    applyFeed: (text, feed, envelopes, atMs) =>
      journal.applyFeed(
        text,
        { ...feed, changes: feed.changes.filter((each) => !left(each)) },
        envelopes,
        atMs,
      ),
  });
}

/** Refused entries count as done: their verdict is thrown away and they are never sent again. */
function skipsRefused(journal: Journal): Journal {
  const skipped = new Set<string>();
  return {
    ...journal,
    entriesToSend: (limit) =>
      journal
        .entriesToSend(limit + skipped.size)
        .filter(({ hash }) => !skipped.has(hash))
        .slice(0, limit),
    applyAcknowledgement: (text, acknowledgement, atMs) => {
      const verdicts = acknowledgement.verdicts.filter(({ verdict }) => verdict !== 'refused');
      for (const { hash, verdict } of acknowledgement.verdicts) if (verdict === 'refused') skipped.add(hash);
      return journal.applyAcknowledgement(text, { ...acknowledgement, verdicts }, atMs);
    },
  };
}

/** The Z report leaves out a sale. */
function skipsInReport(journal: Journal): Journal {
  return {
    ...journal,
    append: (atMs, prepare) =>
      journal.append(atMs, (reader) => {
        const prepared = prepare(reader);
        if ('abort' in prepared || prepared.kind !== 'shift-closed') return prepared;
        const body = BODY_SCHEMAS['shift-closed'].parse(prepared.body);
        const count = Math.max(0, body.count - 1);
        return { ...prepared, body: { ...body, count } as typeof prepared.body };
      }),
  };
}

/** A return is judged as if it were the first of its sale. */
function forgetsReturns(journal: Journal): Journal {
  const forgetful = (reader: JournalReader): JournalReader => ({
    ...reader,
    redemption: (epoch, seq) => {
      const row = reader.redemption(epoch, seq);
      return row === null ? null : { ...row, returnedFen: 0 };
    },
  });
  return {
    ...journal,
    redemption: (epoch, seq) => forgetful(journal).redemption(epoch, seq),
    append: (atMs, prepare) => journal.append(atMs, (reader) => prepare(forgetful(reader))),
  };
}

const retriesUnderNewId: Parts['wrapBatch'] = (entries, resent, key) =>
  entries.map((entry): Entry => {
    if (entry.kind !== 'redemption' || !resent(entry)) return entry;
    const body = entry.body.replace(/"redemptionId":"([^"]+)"/, '"redemptionId":"$1-again"');
    const { terminalId, epoch, seq, kind, atMs, prev } = entry;
    return sealEntry({ terminalId, epoch, seq, kind, atMs, body, prev }, key);
  });

export const PLANTS: ReadonlyMap<string, Parts> = new Map<string, Parts>([
  ['acknowledge-before-fsync', atTerminal({ wrapTail: (device) => ({ ...device, flush: () => undefined }) })],
  ['retry-under-new-id', { ...ALL_REAL, wrapBatch: retriesUnderNewId }],
  ['cursor-past-refused', atTerminal({ wrapJournal: skipsRefused })],
  ['spent-set-ignored', atTerminal({ wrapJournal: withoutChanges(({ change }) => change === 'spent') })],
  [
    'spent-set-never-cleared',
    atTerminal({ wrapJournal: withoutChanges(({ change }) => change === 'unspent') }),
  ],
  ['chain-not-checked', atTerminal({ ignoresDamage: true })],
  ['reversal-frees-any-voucher', { ...ALL_REAL, wrapClearing: freesAnyVoucher }],
  ['verdict-judged-anew', { ...ALL_REAL, wrapClearing: judgesAnew }],
  [
    'expired-recovered-early',
    {
      ...ALL_REAL,
      recover: (context) => {
        const { maxAgeMs } = context.packs.latest(1).offline;
        return recoverExpired({ ...context, now: () => context.now() + maxAgeMs }, 1);
      },
    },
  ],
  ['missing-tombstone', { ...ALL_REAL, wrapClearing: forgetsReleases }],
  ['refund-applied-again', { ...ALL_REAL, wrapClearing: refundsAgain }],
  ['earlier-returns-forgotten', atTerminal({ wrapJournal: forgetsReturns })],
  ['decision-on-each-node', { ...ALL_REAL, approve: decidesOnEachNode }],
  ['shift-report-skips-a-sale', atTerminal({ wrapJournal: skipsInReport })],
  ['suspension-ignored', { ...ALL_REAL, wrapClearing: ignoresSuspension }],
  ['restore-without-new-epoch', { ...ALL_REAL, restoresIntoNewEpoch: false }],
]);
