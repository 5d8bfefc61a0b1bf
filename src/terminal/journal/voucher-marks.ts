import { z } from 'zod';
import type { Connection } from './storage.ts';
import { stored } from './stored.ts';

/** Spent and revoked vouchers as clearing's feed tells them: one bit each, 4,096 vouchers a row. */

const VOUCHERS_A_BLOCK = 4096n;
const BLOCK_BYTES = 512;
const marksRow = z.object({ spent: z.instanceof(Buffer), revoked: z.instanceof(Buffer) });

export type VoucherMark = 'spent' | 'revoked';

interface Place {
  readonly block: number;
  readonly byte: number;
  readonly bit: number;
}

function placeOf(serial: string): Place {
  const number = BigInt(serial);
  const within = Number(number % VOUCHERS_A_BLOCK);
  return { block: Number(number / VOUCHERS_A_BLOCK), byte: within >> 3, bit: 1 << (within & 7) };
}

export interface VoucherMarks {
  has(mark: VoucherMark, campaignNumber: number, serial: string): boolean;
  set(mark: VoucherMark, campaignNumber: number, serial: string, value: boolean): void;
}

export function voucherMarks(db: Connection): VoucherMarks {
  const select = db.prepare(
    'SELECT spent, revoked FROM voucher_marks WHERE campaign_number = ? AND block = ?',
  );
  const upsert = db.prepare(
    `INSERT INTO voucher_marks (campaign_number, block, spent, revoked) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET spent = excluded.spent, revoked = excluded.revoked`,
  );
  const blockAt = (campaignNumber: number, block: number) => {
    const row: unknown = select.get(campaignNumber, block);
    return row === undefined ? null : stored(marksRow, row);
  };
  return {
    has: (mark, campaignNumber, serial) => {
      const { block, byte, bit } = placeOf(serial);
      return ((blockAt(campaignNumber, block)?.[mark][byte] ?? 0) & bit) !== 0;
    },
    set: (mark, campaignNumber, serial, value) => {
      const { block, byte, bit } = placeOf(serial);
      const marks = blockAt(campaignNumber, block) ?? {
        spent: Buffer.alloc(BLOCK_BYTES),
        revoked: Buffer.alloc(BLOCK_BYTES),
      };
      const was = marks[mark][byte] ?? 0;
      marks[mark][byte] = value ? was | bit : was & ~bit;
      upsert.run(campaignNumber, block, marks.spent, marks.revoked);
    },
  };
}

interface VoucherChange {
  readonly campaignNumber: number;
  readonly serial: string;
  readonly change: 'spent' | 'unspent' | 'revoked';
}

/** Takes in numbered changes in their order. A revocation stays. */
export function applyChanges(db: Connection, changes: readonly VoucherChange[]): void {
  const marks = voucherMarks(db);
  for (const { change, campaignNumber, serial } of changes) {
    if (change === 'revoked') marks.set('revoked', campaignNumber, serial, true);
    else marks.set('spent', campaignNumber, serial, change === 'spent');
  }
}
