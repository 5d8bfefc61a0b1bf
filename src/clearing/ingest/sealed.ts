import type { z } from 'zod';
import { ed25519PublicKey, envelopeSchema, type Envelope } from '../../contract/clearing/envelope.ts';
import { acknowledgementSchema } from '../../contract/clearing/protocol.ts';
import {
  claimedWriter,
  decryptPart,
  openSealed,
  type SealedContents,
  type SealedPart,
  type sealedReceiptSchema,
} from '../../contract/clearing/sealed-journal.ts';
import { type Context, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import { sealingKey } from '../keys/sealing-key.ts';
import { ingest } from './ingest.ts';

/**
 * Takes in a part of an exported journal, whoever hands it on. The entries are judged as if their own terminal had
 * sent them, and it gets the same verdicts when it does. `bad-request` for what isn't encrypted for this clearing,
 * `signature-wrong` for what the terminal that it names didn't sign.
 */
export async function takeSealed(context: Context, forwardedBy: string, part: SealedPart): Promise<Envelope> {
  const { terminalId, entries } = await openPart(context, part);
  const acknowledgement = await ingest(context, terminalId, entries);
  const { verdicts } = acknowledgementSchema.parse(JSON.parse(envelopeSchema.parse(acknowledgement).payload));
  const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length;
  const receipt: z.infer<typeof sealedReceiptSchema> = {
    forwardedBy,
    terminalId,
    serverTimeMs: context.now(),
    entries: entries.length,
    settled: count('settled'),
    recorded: count('recorded'),
    refused: count('refused'),
    held: count('held'),
  };
  return seal(context, 'sealed-receipt', receipt);
}

async function openPart(context: Context, part: SealedPart): Promise<SealedContents> {
  const { privateKey, published } = sealingKey(context.keys);
  const envelope = part.keyId === published.keyId ? decryptPart(part, privateKey) : null;
  const writer = envelope === null ? null : claimedWriter(envelope);
  if (envelope === null || writer === null)
    throw new ApiError('bad-request', 'not encrypted for this clearing, or changed on the way');
  const row = await context.storage.db
    .selectFrom('terminal_epochs')
    .select('public_key')
    .where('terminal_id', '=', writer.terminalId)
    .where('epoch', '=', writer.epoch)
    .executeTakeFirst();
  const key = row === undefined ? null : ed25519PublicKey(row.public_key);
  const contents = key === null ? null : openSealed(envelope, writer.terminalId, key);
  if (contents === null) throw new ApiError('signature-wrong', 'not signed by the terminal that it names');
  return contents;
}
