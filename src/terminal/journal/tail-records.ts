import { hash } from 'node:crypto';
import { entrySchema, headSchema, type Entry, type Head } from '../../contract/journal/entry.ts';

/**
 * The tail log's records: what lies on the disk, as pure functions.
 *
 * Each record starts at a multiple of 512 bytes, the unit that a disk writes whole, so a torn or damaged
 * record hides no other one. Header, big-endian: magic (8), generation (4), index within it (4), type (4),
 * payload length (4), SHA-256 of those 24 bytes and the payload (32); then the payload, JSON in UTF-8.
 * A generation begins with a `base`: everything up to that head was read back from the database's main file.
 */
export type TailRecord =
  { readonly type: 'base'; readonly head: Head | null } | { readonly type: 'entry'; readonly entry: Entry };

const SECTOR_BYTES = 512;
const HEADER_BYTES = 56;
const CHECKED_HEADER_BYTES = 24;
const MAGIC = Buffer.from('ZMDVTL1\0', 'latin1');
/** Longer than any entry: body 16 KiB, at worst six bytes a character once escaped, and its frame. */
const MAX_PAYLOAD_BYTES = 131_072;
const TYPES = { base: 1, entry: 2 } as const;

function checksum(header: Buffer, payload: Buffer): Buffer {
  return hash('sha256', Buffer.concat([header.subarray(0, CHECKED_HEADER_BYTES), payload]), 'buffer');
}

/** The bytes of a record, padded with zeros to whole sectors. */
export function encodeTailRecord(generation: number, index: number, record: TailRecord): Buffer {
  const text = JSON.stringify(record.type === 'base' ? record.head : record.entry);
  const length = Buffer.byteLength(text);
  if (length > MAX_PAYLOAD_BYTES) throw new RangeError('a tail record is too long');
  const end = HEADER_BYTES + length;
  const bytes = Buffer.alloc(Math.ceil(end / SECTOR_BYTES) * SECTOR_BYTES);
  bytes.write(text, HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32BE(generation, 8);
  bytes.writeUInt32BE(index, 12);
  bytes.writeUInt32BE(TYPES[record.type], 16);
  bytes.writeUInt32BE(length, 20);
  checksum(bytes, bytes.subarray(HEADER_BYTES, end)).copy(bytes, CHECKED_HEADER_BYTES);
  return bytes;
}

export interface ReadRecord {
  readonly generation: number;
  readonly index: number;
  readonly offset: number;
  /** First byte after it, on a sector border. */
  readonly end: number;
  readonly record: TailRecord;
}

function decodeAt(file: Buffer, offset: number): ReadRecord | null {
  if (offset + HEADER_BYTES > file.length || file.compare(MAGIC, 0, MAGIC.length, offset, offset + 8) !== 0)
    return null;
  const length = file.readUInt32BE(offset + 20);
  const payloadAt = offset + HEADER_BYTES;
  if (length > MAX_PAYLOAD_BYTES || payloadAt + length > file.length) return null;
  const payload = file.subarray(payloadAt, payloadAt + length);
  const header = file.subarray(offset, payloadAt);
  if (!checksum(header, payload).equals(header.subarray(CHECKED_HEADER_BYTES, HEADER_BYTES))) return null;
  const record = parseRecord(file.readUInt32BE(offset + 16), payload.toString('utf8'));
  if (record === null) return null;
  return {
    generation: file.readUInt32BE(offset + 8),
    index: file.readUInt32BE(offset + 12),
    offset,
    end: offset + Math.ceil((HEADER_BYTES + length) / SECTOR_BYTES) * SECTOR_BYTES,
    record,
  };
}

function parseRecord(type: number, text: string): TailRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (type === TYPES.base) {
    const head = headSchema.nullable().safeParse(value);
    return head.success ? { type: 'base', head: head.data } : null;
  }
  const entry = entrySchema.safeParse(value);
  return type === TYPES.entry && entry.success ? { type: 'entry', entry: entry.data } : null;
}

/** Every whole record of a file, in the order of the disk, whatever lies between them. */
export function scanTailFile(file: Buffer): readonly ReadRecord[] {
  const found: ReadRecord[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= file.length) {
    const record = decodeAt(file, offset);
    if (record !== null) found.push(record);
    offset = record?.end ?? offset + SECTOR_BYTES;
  }
  return found;
}
