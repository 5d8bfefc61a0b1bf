import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry, Head } from '../../src/contract/journal/entry.ts';
import { openJournal } from '../../src/terminal/journal/open.ts';
import { FILES } from '../../src/terminal/journal/storage.ts';
import type { Journal, JournalIdentity } from '../../src/terminal/journal/types.ts';
import { verifyJournal } from '../../src/terminal/journal/verify.ts';
import { takeAcknowledgement } from '../../src/terminal/sync/exchange.ts';
import { NOON, openEpoch, opened, redeem, testIdentity, testRoot } from '../support/journal-builder.ts';
import { puppetClearing } from '../support/journal-clearing.ts';
import { createRandom } from './random.ts';

export interface FlipFigures {
  readonly file: string;
  readonly flips: number;
  /** The start refused to work with it, or said what it had mended. */
  readonly foundAtStart: number;
  /** Of those: mended, with every entry as it was. */
  readonly mended: number;
  /** The start saw nothing, verify-journal did. */
  readonly foundByVerify: number;
  /** Every entry is as it was and verify-journal has nothing to say: free pages, old frames, paddings. */
  readonly harmless: number;
  /** An entry changed or is gone, and nobody noticed. There must be none. */
  readonly unnoticed: number;
  /** The start or verify-journal threw something that is no fault with a code. There must be none. */
  readonly crashes: number;
  readonly firstProblem: string | null;
}

/** Entries that were moved into the main file, and those that only the WAL (and the tail log) holds. */
const IN_DATABASE = 60;
const IN_WAL = 40;
const WAL = `${FILES.database}-wal`;

interface Sample {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly identity: JournalIdentity;
  readonly root: ReadonlyMap<string, KeyObject>;
  readonly entries: readonly Entry[];
  readonly head: Head;
}

/** The files of a terminal in the middle of its day: some settled, some sent and answered, some waiting. */
function makeSample(): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'torture-flips-'));
  const identity = testIdentity();
  const testKey = testRoot();
  const root = new Map([[testKey.keyId, createPublicKey(testKey.key)]]);
  const { journal } = opened(folder, identity);
  try {
    openEpoch(journal, identity, testKey);
    const clearing = puppetClearing(testKey, identity);
    const context = { journal, trustedKeys: root, openPack: () => null, nowMs: NOON };
    for (let serial = 1; serial <= IN_DATABASE; serial += 1) redeem(journal, serial);
    takeAcknowledgement(context, clearing.acknowledge(journal.entriesToSend(IN_DATABASE / 2)));
    reverseLast(journal);
    journal.checkpoint();
    for (let serial = 1; serial <= IN_WAL; serial += 1) redeem(journal, IN_DATABASE + serial);
    takeAcknowledgement(context, clearing.acknowledge(journal.entriesToSend(IN_WAL / 2)));
    // As a cut leaves them: nothing is closed.
    const files = new Map(
      [FILES.database, WAL, ...FILES.tail].map((name) => [name, readFileSync(join(folder, name))]),
    );
    const head = journal.head();
    if (head === null) throw new Error('a journal without entries');
    return { files, identity, root, entries: journal.entriesAfter(null, 10_000), head };
  } finally {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function reverseLast(journal: Journal): void {
  const [row] = journal.recentRedemptions(1);
  if (row === undefined) throw new Error('nothing to reverse');
  journal.append(NOON, () => ({
    kind: 'reversal',
    body: {
      of: { epoch: row.epoch, seq: row.seq },
      redemptionId: row.redemptionId,
      by: 'C-1',
      approvedBy: null,
      reason: 'torture',
    },
  }));
}

type Found = 'refused' | 'mended' | 'by-verify' | 'harmless' | 'unnoticed' | 'crash';

/** Opens the files as the core does, and if it works with them, verifies them as an auditor does. */
function look(folder: string, sample: Sample): Found {
  const { identity, entries, root, head } = sample;
  const result = openJournal({ folder, identity, nowMs: NOON });
  if (!result.ok) return 'refused';
  const { journal, notes } = result;
  const now = journal.entriesAfter(null, 10_000);
  const same = JSON.stringify(now) === JSON.stringify(entries);
  journal.close();
  // What was mended is told; but mended means that every entry is there again.
  if (notes.length > 0 && same) return 'mended';
  const verified = verifyJournal(join(folder, FILES.database), { root, head });
  if (verified.result === 'broken') return 'by-verify';
  return same ? 'harmless' : 'unnoticed';
}

function lookSafely(folder: string, sample: Sample): { readonly found: Found; readonly detail: string } {
  try {
    return { found: look(folder, sample), detail: '' };
  } catch (error) {
    return { found: 'crash', detail: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}

/** Flips one bit at a time in a file of a working terminal, and sees who notices. */
export function flipBits(
  file: 'database' | 'wal',
  flips: number,
  seed: number,
  progress?: (done: number, problems: number) => void,
): FlipFigures {
  const random = createRandom(seed);
  const sample = makeSample();
  const name = file === 'database' ? FILES.database : WAL;
  const shm = '/dev/shm';
  const folder = mkdtempSync(join(existsSync(shm) ? shm : tmpdir(), 'torture-flips-'));
  const counts = { refused: 0, mended: 0, 'by-verify': 0, harmless: 0, unnoticed: 0, crash: 0 };
  let firstProblem: string | null = null;
  try {
    for (let nth = 0; nth < flips; nth += 1) {
      for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true });
      for (const [path, bytes] of sample.files) writeFileSync(join(folder, path), bytes);
      const bytes = Buffer.from(sample.files.get(name) ?? Buffer.alloc(0));
      const at = random.below(bytes.length);
      const bit = random.below(8);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      writeFileSync(join(folder, name), bytes);
      const { found, detail } = lookSafely(folder, sample);
      counts[found] += 1;
      if (found === 'unnoticed' || found === 'crash')
        firstProblem ??= `byte ${at}, bit ${bit} of ${name}: ${detail}`;
      if (nth % 500 === 499) progress?.(nth + 1, counts.unnoticed + counts.crash);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    file: name,
    flips,
    foundAtStart: counts.refused + counts.mended,
    mended: counts.mended,
    foundByVerify: counts['by-verify'],
    harmless: counts.harmless,
    unnoticed: counts.unnoticed,
    crashes: counts.crash,
    firstProblem,
  };
}
