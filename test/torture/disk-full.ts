import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { asJournalError } from '../../src/terminal/journal/errors.ts';
import { openJournalOn } from '../../src/terminal/journal/open.ts';
import { openFileStorage, type JournalStorage } from '../../src/terminal/journal/storage.ts';
import { startClearing } from '../support/clearing-process.ts';
import { NOON, openEpoch, opened, redeem, testIdentity } from '../support/journal-builder.ts';
import { readBooks } from '../support/live-counter.ts';
import { diskFull } from '../simulation/crash.ts';
import { createRandom } from './random.ts';

export interface DiskFullFigures {
  readonly points: number;
  /** Redemptions that were shown as accepted, over all points. */
  readonly shown: number;
  /** Attempts that were answered with `disk-full`. */
  readonly saidFull: number;
  /** In the database, while the tail log had no room: "recorded, not confirmed". */
  readonly notConfirmed: number;
  /** Starts of the core on a full disk. */
  readonly starts: number;
  /** Shown and gone. */
  readonly lost: number;
  /** Points after which it did not go on once there was room. */
  readonly stuck: number;
  /** Answers that name anything else than the disk. */
  readonly problems: readonly string[];
}

export const figuresSchema = z.object({
  points: z.int(),
  shown: z.int(),
  saidFull: z.int(),
  notConfirmed: z.int(),
  starts: z.int(),
  lost: z.int(),
  stuck: z.int(),
  problems: z.array(z.string()),
});

export const childOptionsSchema = z.object({
  folder: z.string(),
  points: z.int(),
  seed: z.int(),
  entry: z.string(),
  clearingUrl: z.string(),
  operatorToken: z.string(),
  activationCode: z.string(),
});
export type ChildOptions = z.infer<typeof childOptionsSchema>;

/** Small enough to fill in a moment, large enough for a journal, its WAL and the tail log. */
const DISK_BYTES = 33_554_432;

/** A namespace of its own, so that an ordinary user may mount a small disk too. */
const NAMESPACE = ['-U', '-r', '-m'];

/** True where this user may mount a small file system of their own: not in every container. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'torture-mount-'));
  const tried = spawnSync('unshare', [
    ...NAMESPACE,
    'mount',
    '-t',
    'tmpfs',
    '-o',
    'size=1m',
    'tmpfs',
    folder,
  ]);
  rmSync(folder, { recursive: true });
  return tried.status === 0;
}

/**
 * A real core on a real small disk that fills up: every point leaves another amount of room, down to none, then
 * gives it back. All that was shown must be settled at the end, once.
 */
export async function fillDisk(options: {
  readonly points: number;
  readonly seed: number;
  readonly entry: string;
}): Promise<DiskFullFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'torture-full-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const clearing = await startClearing(join(folder, 'clearing'));
  try {
    const child: ChildOptions = {
      ...options,
      folder: disk,
      clearingUrl: clearing.url,
      operatorToken: clearing.operatorToken,
      activationCode: clearing.activationCode('supermarket'),
    };
    const script = `mount -t tmpfs -o size=${DISK_BYTES} tmpfs "$1" && exec "$2" "$3" "$4"`;
    const inside = join(import.meta.dirname, 'disk-full-inside.ts');
    const run = spawn(
      'unshare',
      [...NAMESPACE, 'sh', '-c', script, 'sh', disk, process.execPath, inside, JSON.stringify(child)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    run.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [code] = (await once(run, 'close')) as [number | null];
    if (code !== 0) throw new Error(`the counter on the small disk ended with ${String(code)}: ${said}`);
    const { settled, ...figures } = childAnswerSchema.parse(JSON.parse(said));
    await clearing.stop();
    const books = readBooks(join(folder, 'clearing'));
    const missing = settled.filter((name) => !books.settled.has(name));
    const problems = [
      ...figures.problems,
      ...missing.map((name) => `shown and not settled: ${name}`),
      ...books.paidTwice.map((serial) => `settled twice: voucher ${serial}`),
    ];
    return { ...figures, lost: figures.lost + missing.length, problems };
  } finally {
    await clearing.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the process on the small disk says at its end; `settled`: what its terminal calls settled. */
export const childAnswerSchema = figuresSchema.extend({ settled: z.array(z.string()) });

/** Both sides of a redemption's two flushes fail in turn, and some of the points start on the full disk. */
const MOST_PAGES = 12;

/**
 * The same without a disk of its own, for users who may mount nothing: SQLite is given a number of pages and no
 * more, and the tail log's file refuses to write.
 */
export function starveJournal(options: { readonly points: number; readonly seed: number }): DiskFullFigures {
  const random = createRandom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'torture-starve-'));
  const identity = testIdentity();
  const room = { tail: true };
  const shown = new Map<number, string>();
  const problems: string[] = [];
  const figures = { saidFull: 0, notConfirmed: 0, starts: 0, lost: 0, stuck: 0 };
  const open = (): { readonly storage: JournalStorage; readonly journal: ReturnType<typeof starved> } => {
    const storage = openFileStorage(folder);
    return { storage, journal: starved(storage) };
  };
  const starved = (storage: JournalStorage) => {
    const { tail } = storage;
    const write: typeof tail.write = (half, offset, bytes) => {
      if (!room.tail) throw diskFull();
      tail.write(half, offset, bytes);
    };
    return openJournalOn({ ...storage, tail: { ...tail, write } }, identity).journal;
  };
  try {
    const first = opened(folder, identity);
    openEpoch(first.journal, identity);
    first.journal.close();
    let serial = 0;
    let { storage, journal } = open();
    const attempt = (): boolean => {
      serial += 1;
      try {
        const { entry, durability } = redeem(journal, serial, NOON);
        if (durability === 'confirmed') shown.set(entry.seq, entry.hash);
        else figures.notConfirmed += 1;
        return true;
      } catch (error) {
        const fault = asJournalError(error);
        if (fault?.code === 'disk-full') figures.saidFull += 1;
        else problems.push(String(error));
        return false;
      }
    };
    for (let point = 0; point < options.points; point += 1) {
      if (random.chance(0.3)) room.tail = false;
      else limitPages(storage, random.below(MOST_PAGES));
      for (let nth = 0; nth < 40 && attempt(); nth += 1) if (!room.tail && nth > 1) break;
      limitPages(storage, null);
      room.tail = true;
      if (random.chance(0.2)) {
        figures.starts += 1;
        journal.close();
        ({ storage, journal } = open());
      }
      if (!attempt()) figures.stuck += 1;
    }
    for (const [seq, hash] of shown) if (journal.entry({ epoch: 1, seq })?.hash !== hash) figures.lost += 1;
    journal.close();
    return { points: options.points, shown: shown.size, ...figures, problems: problems.slice(0, 10) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** SQLite gets no page beyond so many more than it has; null: as many as it likes. */
function limitPages({ db }: JournalStorage, more: number | null): void {
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.pragma(`max_page_count = ${more === null ? 4_294_967_294 : pages + more}`);
}
