import type { Entry, Head } from '../../contract/journal/entry.ts';
import { encodeTailRecord, scanTailFile, type ReadRecord, type TailRecord } from './tail-records.ts';

/** Two files of fixed places. `write` may leave anything behind until `flush` has returned. */
export interface TailDevice {
  read(half: 0 | 1): Buffer;
  write(half: 0 | 1, offset: number, bytes: Buffer): void;
  flush(half: 0 | 1): void;
  close(): void;
}

/** What start-up found in the tail log. */
export interface TailContents {
  /** Up to here the database's main file was read back; null: from nothing on, or nothing is known. */
  readonly base: Head | null;
  /** Whole entries, sorted by epoch and seq, of the newest generation and the one before it. */
  readonly entries: readonly Entry[];
  /** No generation at all: a new terminal, or the files are gone. */
  readonly empty: boolean;
  /** Records of the newest generation that can't be read, before its last whole one. */
  readonly damagedRecords: number;
}

export interface TailLog {
  readonly contents: TailContents;
  /** The base of the generation under way, and the last entry written to the tail log at all. */
  position(): { readonly base: Head | null; readonly last: Head | null };
  /** Bytes in the generation under way. */
  usedBytes(): number;
  /** Writes entries that a flush has made durable when it returns; one flush for all of them. */
  append(entries: readonly Entry[]): void;
  /** Starts a new generation in the other file. The one before stays whole until the next call. */
  restart(base: Head | null): void;
  close(): void;
}

interface Generation {
  readonly number: number;
  readonly half: 0 | 1;
  readonly records: readonly ReadRecord[];
}

function newestOf(half: 0 | 1, records: readonly ReadRecord[]): Generation | null {
  // A file holds the remains of older generations behind the newest one. A generation without its base at
  // the start of the file never began: its restart didn't finish.
  const first = records[0];
  if (first?.offset !== 0 || first.record.type !== 'base') return damagedStart(half, records);
  return {
    number: first.generation,
    half,
    records: records.filter((each) => each.generation === first.generation),
  };
}

/** The base itself is unreadable: what follows it still counts, if it is the newest that there is. */
function damagedStart(half: 0 | 1, records: readonly ReadRecord[]): Generation | null {
  const number = Math.max(0, ...records.map((each) => each.generation));
  const own = records.filter((each) => each.generation === number);
  return own.length === 0 ? null : { number, half, records: own };
}

function contentsOf(newest: Generation | null, before: Generation | null): TailContents {
  if (newest === null) return { base: null, entries: [], empty: true, damagedRecords: 0 };
  const entries = new Map<string, Entry>();
  for (const { record } of [...(before?.records ?? []), ...newest.records]) {
    if (record.type === 'entry') entries.set(`${record.entry.epoch}:${record.entry.seq}`, record.entry);
  }
  const first = newest.records.find((each) => each.index === 0);
  const last = Math.max(...newest.records.map((each) => each.index));
  return {
    base: first?.record.type === 'base' ? first.record.head : null,
    entries: [...entries.values()].sort((a, b) => a.epoch - b.epoch || a.seq - b.seq),
    empty: false,
    damagedRecords: last + 1 - newest.records.length,
  };
}

/** Reads what is there and goes on after it. Nothing is written until the first append or restart. */
export function openTailLog(device: TailDevice): TailLog {
  const halves = ([0, 1] as const).map((half) => newestOf(half, scanTailFile(device.read(half))));
  const [newest = null, before = null] = halves
    .filter((each) => each !== null)
    .sort((a, b) => b.number - a.number);
  let generation = newest?.number ?? 0;
  let half: 0 | 1 = newest?.half ?? 1;
  let offset = Math.max(0, ...(newest?.records ?? []).map((each) => each.end));
  let index = Math.max(-1, ...(newest?.records ?? []).map((each) => each.index)) + 1;

  const write = (records: readonly TailRecord[]): void => {
    const bytes = Buffer.concat(
      records.map((record, nth) => encodeTailRecord(generation, index + nth, record)),
    );
    device.write(half, offset, bytes);
    device.flush(half);
    offset += bytes.length;
    index += records.length;
  };

  const contents = contentsOf(newest, before?.number === generation - 1 ? before : null);
  let base = contents.base;
  let last: Head | null = contents.entries.at(-1) ?? base;

  return {
    contents,
    position: () => ({ base, last }),
    usedBytes: () => offset,
    append: (entries) => {
      if (generation === 0) throw new Error('the tail log has no generation yet');
      const newLast = entries.at(-1);
      if (newLast === undefined) return;
      write(entries.map((entry) => ({ type: 'entry', entry })));
      last = { epoch: newLast.epoch, seq: newLast.seq, hash: newLast.hash };
    },
    restart: (head) => {
      const was = { generation, half, offset, index };
      generation += 1;
      half = half === 0 ? 1 : 0;
      offset = 0;
      index = 0;
      try {
        write([{ type: 'base', head }]);
        base = head;
        last = head;
      } catch (error) {
        ({ generation, half, offset, index } = was);
        throw error;
      }
    },
    close: () => device.close(),
  };
}
