import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_HASH, type Entry } from '../../../../src/contract/journal/entry.ts';
import { sealEntry } from '../../../../src/contract/journal/seal.ts';
import { openTailLog, type TailDevice } from '../../../../src/terminal/journal/tail-log.ts';
import { encodeTailRecord, scanTailFile } from '../../../../src/terminal/journal/tail-records.ts';
import { NOON, testIdentity } from '../../../support/journal-builder.ts';

const { key } = testIdentity();

function entries(count: number): readonly Entry[] {
  let prev = NO_HASH;
  return Array.from({ length: count }, (_, index) => {
    const entry = sealEntry(
      {
        terminalId: 'T-1',
        epoch: 1,
        seq: index + 1,
        kind: 'alarm',
        atMs: NOON,
        body: `{"code":"${'x'.repeat((index * 137) % 900)}","details":{}}`,
        prev,
      },
      key,
    );
    prev = entry.hash;
    return entry;
  });
}

function memoryDevice(): TailDevice & { readonly files: [Buffer, Buffer] } {
  const files: [Buffer, Buffer] = [Buffer.alloc(65_536), Buffer.alloc(65_536)];
  return {
    files,
    read: (half) => Buffer.from(files[half]),
    write: (half, offset, bytes) => void bytes.copy(files[half], offset),
    flush: () => undefined,
    close: () => undefined,
  };
}

describe('the tail log', () => {
  it('gives back every entry since the base, whole and in order', () => {
    const device = memoryDevice();
    const tail = openTailLog(device);
    const all = entries(20);
    tail.restart(null);
    for (const entry of all) tail.append([entry]);
    expect(openTailLog(device).contents).toEqual({
      base: null,
      entries: all,
      empty: false,
      damagedRecords: 0,
    });
  });

  it('keeps the generation before whole until the next one begins', () => {
    const device = memoryDevice();
    const tail = openTailLog(device);
    const all = entries(6);
    const third = all[2];
    if (third === undefined) throw new Error('six entries');
    const base = { epoch: 1, seq: 3, hash: third.hash };
    tail.restart(null);
    tail.append(all.slice(0, 3));
    tail.restart(base);
    tail.append(all.slice(3));
    expect(openTailLog(device).contents).toMatchObject({ base, entries: all });
  });

  it('goes on after a restart of the core where it stopped', () => {
    const device = memoryDevice();
    const all = entries(9);
    openTailLog(device).restart(null);
    for (const entry of all) openTailLog(device).append([entry]);
    expect(openTailLog(device).contents.entries).toEqual(all);
  });

  it('loses at most the record that a flipped bit is in, and says so', () => {
    const all = entries(12);
    fc.assert(
      fc.property(fc.nat(12 * 1500 * 8), (bit) => {
        const device = memoryDevice();
        const tail = openTailLog(device);
        tail.restart(null);
        for (const entry of all) tail.append([entry]);
        const at = Math.min(bit >> 3, tail.usedBytes() - 1);
        device.files[0][at] = (device.files[0][at] ?? 0) ^ (1 << (bit & 7));
        const { contents } = openTailLog(device);
        const missing = all.filter((entry) => !contents.entries.some((each) => each.hash === entry.hash));
        expect(missing.length).toBeLessThanOrEqual(1);
        for (const entry of contents.entries) expect(all).toContainEqual(entry);
      }),
      { numRuns: 300 },
    );
  });

  it('never takes a torn record for a whole one', () => {
    const [entry] = entries(1);
    if (entry === undefined) throw new Error('one entry');
    const record = encodeTailRecord(3, 0, { type: 'entry', entry });
    for (let cut = 0; cut < record.length; cut += 64) {
      const torn = Buffer.concat([record.subarray(0, cut), Buffer.alloc(record.length - cut, 0x5a)]);
      const whole = torn.subarray(0, record.length - 512).equals(record.subarray(0, record.length - 512));
      if (!whole) expect(scanTailFile(torn)).toEqual([]);
    }
  });

  it('reads hostile bytes without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const file = Buffer.concat([Buffer.from('ZMDVTL1\0', 'latin1'), Buffer.from(bytes)]);
        expect(scanTailFile(file)).toEqual([]);
      }),
    );
  });
});
