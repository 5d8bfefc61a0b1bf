import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { entrySchema, headSchema, type Entry, type Head } from '../../contract/journal/entry.ts';
import { JournalError } from './errors.ts';

/**
 * An archive of old entries: lines of JSON in UTF-8. The first says what is inside; the others are entries exactly
 * as they were sealed, in the order of the journal. `opened` holds the first entry of each epoch that is touched,
 * with its certificate, so that an archive can be verified by itself.
 */
const FORMAT = 'ZMDV1 archive';
const headerSchema = z
  .object({
    format: z.literal(FORMAT),
    terminalId: z.string(),
    /** The last entry of the archive before; null: this one begins with the journal. */
    after: headSchema.nullable(),
    through: headSchema,
    entries: z.int().min(1),
    opened: z.array(entrySchema),
  })
  .strict();
export type ArchiveHeader = Omit<z.infer<typeof headerSchema>, 'format'>;

const CHUNK_BYTES = 65_536;
/** Longer than any line: an entry's body is 16 KiB at most, a header holds a few certificates. */
const MAX_LINE_CHARS = 1_048_576;

/** Writes a new file, flushed to the disk; answers its SHA-256. */
export function writeArchiveFile(file: string, header: ArchiveHeader, entries: Iterable<Entry>): string {
  const hash = createHash('sha256');
  const fd = openSync(file, 'wx', 0o600);
  try {
    const line = (value: unknown): void => {
      const bytes = Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');
      hash.update(bytes);
      writeFileSync(fd, bytes);
    };
    line({ format: FORMAT, ...header });
    for (const entry of entries) line(entry);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}

/** SHA-256 of a file, in hexadecimal. */
export function fileDigest(file: string): string {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(file)) hash.update(chunk);
  return hash.digest('hex');
}

function* chunksOf(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const got = readSync(fd, buffer, 0, buffer.length, null);
      if (got === 0) return;
      yield Buffer.from(buffer.subarray(0, got));
    }
  } finally {
    closeSync(fd);
  }
}

function* linesOf(file: string): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for (const chunk of chunksOf(file)) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE_CHARS) throw damaged(file, 'a line without end');
  }
  if (rest !== '') throw damaged(file, 'the last line is cut');
}

function damaged(file: string, what: string): JournalError {
  return new JournalError('database-damaged', { what: 'archive', file, problem: what.slice(0, 200) });
}

function parse<T>(file: string, schema: z.ZodType<T>, line: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw damaged(file, String(error));
  }
}

/** True for what begins like an archive; any other file, also an unreadable one, is none. */
export function isArchiveFile(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const start = Buffer.alloc(FORMAT.length + 20);
    const got = readSync(fd, start, 0, start.length, 0);
    return start.toString('latin1', 0, got).startsWith(`{"format":"${FORMAT}"`);
  } finally {
    closeSync(fd);
  }
}

/** Reads an archive line by line. Throws `database-damaged` for what isn't one. Signatures are for the caller to check. */
export function readArchiveFile(file: string): {
  readonly header: ArchiveHeader;
  readonly entries: () => Generator<Entry>;
} {
  const first = linesOf(file).next();
  if (first.done === true) throw damaged(file, 'empty');
  const header: ArchiveHeader = parse(file, headerSchema, first.value);
  return {
    header,
    *entries() {
      let count = 0;
      let last: Head | null = null;
      for (const line of linesOf(file)) {
        count += 1;
        if (count === 1) continue;
        const entry = parse(file, entrySchema, line);
        last = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
        yield entry;
      }
      if (count - 1 !== header.entries || last?.hash !== header.through.hash)
        throw damaged(file, `${count - 1} entries instead of ${header.entries}`);
    },
  };
}
