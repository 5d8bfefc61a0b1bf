import { z } from 'zod';
import { entrySchema, hashHexSchema, headSchema, timeMsSchema } from './entry.ts';

/**
 * A terminal's journal as clearing received it, for a third party: text lines (NDJSON), each a JSON object. First the
 * header, then every entry by epoch and seq, then what could take no place in the chain (forks, entries of unknown
 * epochs), last the seal.
 */
const idSchema = z.string().min(1).max(64);

export const exportHeaderSchema = z
  .object({
    format: z.literal('zmdv-journal-export'),
    version: z.literal(1),
    terminalId: idSchema,
    storeId: idSchema,
    exportedAtMs: timeMsSchema,
  })
  .strict();

/** With clearing's verdict on it as it stood. */
export const exportedEntrySchema = z
  .object({
    entry: entrySchema,
    receivedAtMs: timeMsSchema,
    verdict: z.string(),
    reason: z.string().nullable(),
    settlementDay: z.string().nullable(),
  })
  .strict();
export const quarantinedEntrySchema = z
  .object({ quarantined: entrySchema, receivedAtMs: timeMsSchema, reason: z.string() })
  .strict();

/** The last line holds an envelope of purpose `journal-export` over this. */
export const exportSealSchema = z
  .object({
    terminalId: idSchema,
    exportedAtMs: timeMsSchema,
    entries: z.int().min(0),
    quarantined: z.int().min(0),
    /** The last entry of each epoch. */
    heads: z.array(headSchema),
    /** SHA-256 of all lines before the seal, with their line feeds. */
    sha256: hashHexSchema,
  })
  .strict();
