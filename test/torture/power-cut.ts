import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../src/terminal/journal/open.ts';
import { NOON } from '../support/journal-builder.ts';
import { createRandom, type Random } from './random.ts';
import { readTrace, TRACED, type FileEvent } from './system-calls.ts';
import type { WriterOptions } from './writer.ts';

/** Sectors are written whole or not at all; nothing larger is promised by a disk. */
const SECTOR = 512;
/** Files whose contents a cut may spoil; the lock file holds nothing. */
const DATABASES = ['journal.db', 'journal.db.new'];
const WATCHED: ReadonlySet<string> = new Set([
  ...DATABASES.flatMap((name) => [name, `${name}-wal`, `${name}-journal`]),
  'tail-0.log',
  'tail-1.log',
]);
/** The folder itself: flushing it makes names durable. */
const FOLDER = '.';

type Change = Extract<FileEvent, { type: 'write' | 'truncate' | 'remove' }>;

interface DiskFile {
  /** What surely is on the disk; null: no such file. */
  readonly durable: Buffer | null;
  readonly unsynced: readonly Change[];
}

function applied(file: Buffer | null, change: Change, keepSector: (index: number) => boolean): Buffer | null {
  if (change.type === 'remove') return null;
  const before = file ?? Buffer.alloc(0);
  if (change.type === 'truncate') {
    const cut = Buffer.alloc(change.size);
    before.copy(cut, 0, 0, Math.min(change.size, before.length));
    return cut;
  }
  const end = change.offset + change.data.length;
  const grown =
    end > before.length ? Buffer.concat([before, Buffer.alloc(end - before.length)]) : Buffer.from(before);
  for (let at = change.offset; at < end;) {
    const next = Math.min(end, (Math.floor(at / SECTOR) + 1) * SECTOR);
    if (keepSector(at)) change.data.copy(grown, at, at - change.offset, next - change.offset);
    at = next;
  }
  return grown;
}

interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** The files as the process sees them, and the renamings that the disk may not know yet. */
interface Disk {
  readonly files: Map<string, DiskFile>;
  renamings: Renaming[];
}

const NO_FILE: DiskFile = { durable: null, unsynced: [] };

/** The files under the names that the disk may know: the last renamings may be undone by the cut. */
function namesOf({ files, renamings }: Disk, random: Random): ReadonlyMap<string, DiskFile> {
  const names = new Map(files);
  const undone = renamings.slice(random.below(renamings.length + 1)).reverse();
  for (const { from, to } of undone) {
    names.set(from, names.get(to) ?? NO_FILE);
    names.set(to, NO_FILE);
  }
  return names;
}

/** One of the things that the disk may hold: each unsynced write is there, gone, or torn between sectors. */
function imageOf({ durable, unsynced }: DiskFile, random: Random): Buffer | null {
  let file = durable;
  const mood = random.next();
  for (const change of unsynced) {
    const fate = mood < 0.15 ? 'kept' : mood < 0.3 ? 'lost' : random.pick(['kept', 'lost', 'torn'] as const);
    if (fate === 'lost') continue;
    const share = random.next();
    file = applied(file, change, () => fate === 'kept' || random.next() < share);
  }
  return file;
}

export interface PowerCutOptions {
  readonly images: number;
  readonly seed: number;
  readonly redemptions: number;
  readonly storage: WriterOptions['storage'];
  readonly progress?: (done: number, losses: number) => void;
}

export interface PowerCutFigures {
  readonly images: number;
  readonly points: number;
  readonly acknowledged: number;
  readonly replayed: number;
  readonly notConfirmed: number;
  /** Images in which something acknowledged was missing, or that didn't open. */
  readonly losses: number;
  readonly firstLoss: string | null;
}

/** Runs a writer under strace and gives back what it did to its files. */
function record(work: string, options: PowerCutOptions): readonly FileEvent[] {
  const folder = join(work, 'data');
  const trace = join(work, 'trace');
  mkdirSync(folder);
  const writer: WriterOptions = {
    folder,
    keyFile: join(work, 'key.pem'),
    firstSerial: 1,
    count: options.redemptions,
    storage: options.storage,
    checkpointEvery: 17,
    clearing: null,
  };
  const run = spawnSync(
    'strace',
    [
      '-f',
      '-q',
      '-xx',
      '-s',
      '4194304',
      '-e',
      `trace=${TRACED}`,
      '-e',
      'signal=none',
      '-o',
      trace,
      process.execPath,
      join(import.meta.dirname, 'writer.ts'),
      JSON.stringify(writer),
    ],
    { encoding: 'utf8', maxBuffer: 67_108_864 },
  );
  if (run.status !== 0 || !run.stdout.includes('DONE')) throw new Error(`the writer failed: ${run.stderr}`);
  return readTrace(trace, folder);
}

interface Finding {
  readonly loss: string | null;
  readonly replayed: number;
  readonly notConfirmed: number;
}

/** Opens an image as the core would, and holds it against what the cashier was told. */
function examine(folder: string, keyPem: string, told: ReadonlyMap<number, string>): Finding {
  const identity = { terminalId: 'T-1', epoch: 1, key: createPrivateKey(keyPem) };
  const opened = openJournal({ folder, identity, nowMs: NOON });
  if (!opened.ok) {
    const loss = `${opened.fault.code} ${JSON.stringify(opened.fault.params)}`;
    return { loss, replayed: 0, notConfirmed: 0 };
  }
  const { journal, notes } = opened;
  let loss: string | null = null;
  for (const [seq, hash] of told) {
    if (journal.entry({ epoch: 1, seq })?.hash !== hash) loss ??= `entry ${seq} was acknowledged and is gone`;
  }
  const counted = (code: string) => (notes.some((note) => note.code === code) ? 1 : 0);
  journal.close();
  return { loss, replayed: counted('replayed-from-tail-log'), notConfirmed: counted('not-confirmed') };
}

/** How many images each point of the recording gets: those where more is unsynced get more. */
function plan(events: readonly FileEvent[], images: number): readonly number[] {
  const weights: number[] = [];
  const open = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'flush') open.set(event.path, 0);
    else if (event.type !== 'told') open.set(event.path, (open.get(event.path) ?? 0) + 1);
    const unsynced = [...open.values()].reduce((sum, count) => sum + count, 0);
    weights.push(event.type === 'told' ? 1 : 1 + Math.min(8, unsynced));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let carried = 0;
  return weights.map((weight) => {
    carried += (weight * images) / total;
    const now = Math.floor(carried);
    carried -= now;
    return now;
  });
}

/** Cuts the power at every point of real commits and opens what may be left. */
export function cutPower(options: PowerCutOptions): PowerCutFigures {
  const random = createRandom(options.seed);
  const work = mkdtempSync(join(tmpdir(), 'power-cut-'));
  const image = mkdtempSync(join('/dev/shm', 'power-cut-'));
  try {
    const keyPem = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    writeFileSync(join(work, 'key.pem'), keyPem);
    const events = record(work, options).filter(
      (event) => event.type === 'told' || event.path === FOLDER || WATCHED.has(event.path),
    );
    const share = plan(events, options.images);
    const disk: Disk = { files: new Map([...WATCHED].map((path) => [path, NO_FILE])), renamings: [] };
    const told = new Map<number, string>();
    const figures = { images: 0, points: events.length, replayed: 0, notConfirmed: 0, losses: 0 };
    let firstLoss: string | null = null;
    for (const [point, event] of events.entries()) {
      step(disk, told, event);
      for (let nth = 0; nth < (share[point] ?? 0); nth += 1) {
        for (const name of readdirSync(image)) rmSync(join(image, name), { recursive: true });
        for (const [path, file] of namesOf(disk, random)) {
          const bytes = imageOf(file, random);
          if (bytes !== null) writeFileSync(join(image, path), bytes);
        }
        const { loss, replayed, notConfirmed } = examine(image, keyPem, told);
        figures.images += 1;
        figures.replayed += replayed;
        figures.notConfirmed += notConfirmed;
        if (loss !== null) {
          figures.losses += 1;
          firstLoss ??= `point ${point}: ${loss}`;
        }
        if (figures.images % 1000 === 0) options.progress?.(figures.images, figures.losses);
      }
    }
    checkRecording(disk.files, join(work, 'data'));
    return { ...figures, acknowledged: told.size, firstLoss };
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(image, { recursive: true, force: true });
  }
}

function step(disk: Disk, told: Map<number, string>, event: FileEvent): void {
  if (event.type === 'told') {
    const [, seq, hash] = /^ACK (\d+) ([0-9a-f]{64})$/.exec(event.line) ?? [];
    if (seq !== undefined && hash !== undefined) told.set(Number(seq), hash);
    return;
  }
  if (event.path === FOLDER) {
    if (event.type === 'flush') disk.renamings = [];
    return;
  }
  const { durable, unsynced } = disk.files.get(event.path) ?? NO_FILE;
  if (event.type === 'rename') {
    disk.renamings.push({ from: event.path, to: event.to });
    disk.files.set(event.to, { durable, unsynced });
    disk.files.set(event.path, NO_FILE);
  } else if (event.type === 'flush') {
    const whole = unsynced.reduce((file, change) => applied(file, change, () => true), durable);
    disk.files.set(event.path, { durable: whole, unsynced: [] });
  } else disk.files.set(event.path, { durable, unsynced: [...unsynced, event] });
}

/** The recording is complete only if playing it back gives the very files that the writer left. */
function checkRecording(disk: ReadonlyMap<string, DiskFile>, folder: string): void {
  for (const [path, { durable, unsynced }] of disk) {
    let file = durable;
    for (const change of unsynced) file = applied(file, change, () => true);
    const left = existsSync(join(folder, path)) ? readFileSync(join(folder, path)) : null;
    const same = file === null || left === null ? file === left : file.equals(left);
    if (!same) throw new Error(`the recording of ${path} is not complete`);
  }
}
