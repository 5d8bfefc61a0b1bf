import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { businessDaySchema, entryNameSchema, hashHexSchema, headSchema } from '../journal/entry.ts';
import { type Envelope, openEnvelope } from './envelope.ts';
import { idSchema } from './protocol.ts';
import { LINE_KINDS, lineKindSchema } from './settlement.ts';

/**
 * Settlement files: one for each store and one for each fund of a closed day, as CSV and as JSON, each with a seal
 * (an envelope of purpose `settlement` over the file's hash and control sums), and one sealed manifest for the day.
 * Money is whole fen; in CSV yuan with two decimals. None of them ever changes.
 */

const countedSchema = z.object({ count: z.int().min(0), amountFen: z.int() }).strict();

export const fileLineSchema = z
  .object({
    number: z.int().min(1),
    kind: lineKindSchema,
    storeId: idSchema,
    terminalId: idSchema,
    counter: z.string(),
    epoch: z.int().min(1),
    seq: z.int().min(1),
    /** The redemption that a correction corrects, of the same terminal. */
    of: entryNameSchema.nullable(),
    redemptionId: idSchema,
    kindId: z.string(),
    serial: z.string(),
    till: z.string(),
    receiptNumber: z.string(),
    amountFen: z.int(),
    /** What each of the file's funds pays of it. */
    shares: z.array(z.int()),
    redemptionDay: businessDaySchema,
    settlementDay: businessDaySchema,
  })
  .strict();
export type FileLine = z.infer<typeof fileLineSchema>;

/** What a store paid back of earlier payouts, by a payout that is smaller by as much: the funds got it that day. */
export const collectionSchema = z
  .object({ payoutId: idSchema, storeId: idSchema, shares: z.array(z.int()) })
  .strict();
export type Collection = z.infer<typeof collectionSchema>;

/** What must come out when a file's lines are added up again. */
export const controlSchema = z
  .object({
    lines: z.int().min(0),
    netFen: z.int(),
    byKind: z
      .object({
        redemption: countedSchema,
        loss: countedSchema,
        reversal: countedSchema,
        refund: countedSchema,
      })
      .strict(),
    /** What each of the file's funds pays, less what it got back by collections. */
    byFund: z.array(z.object({ fundId: z.string(), netFen: z.int() }).strict()),
    collections: z.int().min(0),
  })
  .strict();
export type Control = z.infer<typeof controlSchema>;

const scopeSchema = z.enum(['store', 'fund']);
const fileHead = {
  version: z.literal(1),
  campaignNumber: z.int().min(1),
  settlementDay: businessDaySchema,
  scope: scopeSchema,
  /** The store's or the fund's id. */
  subject: idSchema,
};

/** The JSON file. */
export const settlementFileSchema = z
  .object({
    format: z.literal('zmdv-settlement'),
    ...fileHead,
    name: z.string(),
    closedAtMs: z.int().min(0),
    /** Ids of the funds that `shares` are of, in their order. */
    funds: z.array(z.string()),
    lines: z.array(fileLineSchema),
    collections: z.array(collectionSchema),
    control: controlSchema,
  })
  .strict();
export type SettlementFile = z.infer<typeof settlementFileSchema>;

/** What clearing signs of a file; kept beside it as `FILE.sig.json`. */
export const fileSealSchema = z
  .object({
    format: z.literal('zmdv-settlement-seal'),
    ...fileHead,
    fileName: z.string(),
    sha256: hashHexSchema,
    bytes: z.int().min(0),
    control: controlSchema,
  })
  .strict();
export type FileSeal = z.infer<typeof fileSealSchema>;

/** What clearing signs of a day: all its files, the day before, and where every terminal's journal stood. */
export const dayManifestSchema = z
  .object({
    format: z.literal('zmdv-settlement-day'),
    version: z.literal(1),
    settlementDay: businessDaySchema,
    closedAtMs: z.int().min(0),
    closedBy: idSchema,
    /** SHA-256 of the payload of the closed day before: days make a chain. */
    previous: z.object({ settlementDay: businessDaySchema, sha256: hashHexSchema }).strict().nullable(),
    files: z.array(
      z
        .object({
          fileName: z.string(),
          campaignNumber: z.int().min(1),
          scope: scopeSchema,
          subject: idSchema,
          sha256: hashHexSchema,
          bytes: z.int().min(0),
          lines: z.int().min(0),
          netFen: z.int(),
        })
        .strict(),
    ),
    campaigns: z.array(z.object({ campaignNumber: z.int().min(1), control: controlSchema }).strict()),
    /** An auditor holds a journal against these (`verify-journal --head`). */
    heads: z.array(headSchema.extend({ terminalId: idSchema })),
  })
  .strict();
export type DayManifest = z.infer<typeof dayManifestSchema>;

export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Adds lines and collections up. `funds` names what the shares are of. */
export function controlOf(
  lines: readonly Pick<FileLine, 'kind' | 'amountFen' | 'shares'>[],
  collections: readonly Collection[],
  funds: readonly string[],
): Control {
  const byKind = Object.fromEntries(
    LINE_KINDS.map((kind) => [kind, { count: 0, amountFen: 0 }]),
  ) as Control['byKind'];
  let netFen = 0;
  const paid = funds.map(() => 0);
  for (const { kind, amountFen, shares } of lines) {
    byKind[kind].count += 1;
    byKind[kind].amountFen += amountFen;
    netFen += amountFen;
    addTo(paid, shares);
  }
  for (const { shares } of collections) addTo(paid, shares);
  return {
    lines: lines.length,
    netFen,
    byKind,
    byFund: funds.map((fundId, index) => ({ fundId, netFen: paid[index] ?? 0 })),
    collections: collections.length,
  };
}

function addTo(sums: number[], shares: readonly number[]): void {
  for (const [index, share] of shares.entries()) sums[index] = (sums[index] ?? 0) + share;
}

export type VerifiedFile =
  | { readonly ok: true; readonly seal: FileSeal }
  | {
      readonly ok: false;
      readonly reason: 'unknown-key' | 'signature-wrong' | 'shape-wrong' | 'hash-differs' | 'sums-differ';
      readonly detail: string;
    };

/**
 * Verifies a settlement file against its seal: clearing's signature, the file's hash, and for a JSON file that its
 * lines add up to the control sums that are signed.
 */
export function verifySettlementFile(
  content: Uint8Array,
  seal: Envelope,
  keys: ReadonlyMap<string, KeyObject>,
): VerifiedFile {
  const opened = openEnvelope('settlement', seal, keys, fileSealSchema);
  if (!opened.ok) return opened;
  const { fileName, sha256, control } = opened.value;
  const actual = sha256Hex(content);
  if (actual !== sha256)
    return { ok: false, reason: 'hash-differs', detail: `${sha256} is signed, not ${actual}` };
  if (!fileName.endsWith('.json')) return { ok: true, seal: opened.value };
  const file = settlementFileSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  const again = controlOf(file.lines, file.collections, file.funds);
  const same = [file.control, control].every((one) => JSON.stringify(one) === JSON.stringify(again));
  return same
    ? { ok: true, seal: opened.value }
    : { ok: false, reason: 'sums-differ', detail: 'the lines do not add up to the control sums' };
}
