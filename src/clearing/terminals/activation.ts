import type { z } from 'zod';
import { type Envelope, envelopeSchema } from '../../contract/clearing/envelope.ts';
import type {
  activationRequestSchema,
  activationSchema,
  certificateSchema,
  storeSchema,
} from '../../contract/clearing/protocol.ts';
import { NO_HASH } from '../../contract/journal/entry.ts';
import { type Context, hashSecret, seal } from '../context.ts';
import { ApiError } from '../errors.ts';
import type { Reader } from '../storage/storage.ts';

type StoreText = z.infer<typeof storeSchema>;

/** A store as terminals are told of it. */
export async function readStore(db: Reader, storeId: string): Promise<StoreText> {
  const row = await db.selectFrom('stores').selectAll().where('id', '=', storeId).executeTakeFirstOrThrow();
  return {
    id: row.id,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    category: row.category,
    status: row.status,
    cutOverMinutes: row.cut_over_minutes,
  };
}

/**
 * Exchanges an activation code for a certificate of the key that the terminal has made: a new epoch of its
 * journal. The same code with the same key gets the same answer again; with another key it is used up.
 */
export async function activate(
  context: Context,
  request: z.infer<typeof activationRequestSchema>,
): Promise<Envelope> {
  const codeHash = hashSecret(request.activationCode);
  return context.storage.transaction(async (tx) => {
    const nowMs = context.now();
    // Taking the code in an update makes two simultaneous activations one after the other.
    const code = await tx
      .updateTable('activation_codes')
      .set((eb) => ({ expires_at_ms: eb.ref('expires_at_ms') }))
      .where('code_hash', '=', codeHash)
      .returningAll()
      .executeTakeFirst();
    if (code === undefined) throw new ApiError('activation-code-unknown', 'no such activation code');
    if (code.answer !== null) {
      if (code.used_by_key === request.publicKey) return envelopeSchema.parse(JSON.parse(code.answer));
      throw new ApiError('activation-code-used', 'this activation code was used with another key');
    }
    if (nowMs >= code.expires_at_ms) throw new ApiError('activation-code-unknown', 'the code has expired');
    const terminal = await tx
      .selectFrom('terminals')
      .selectAll()
      .where('id', '=', code.terminal_id)
      .executeTakeFirstOrThrow();
    const epoch = terminal.epoch + 1;
    const certificate: z.infer<typeof certificateSchema> = {
      terminalId: terminal.id,
      storeId: terminal.store_id,
      counter: terminal.counter,
      epoch,
      publicKey: request.publicKey,
      issuedAtMs: nowMs,
    };
    const sealedCertificate = seal(context, 'certificate', certificate);
    const { keyId, publicKey } = context.keys.root;
    const activation: z.infer<typeof activationSchema> = {
      serverTimeMs: nowMs,
      rootKey: { keyId, publicKey },
      certificate: sealedCertificate,
      store: await readStore(tx, terminal.store_id),
    };
    const answer = seal(context, 'activation', activation);
    await tx
      .insertInto('terminal_epochs')
      .values({
        terminal_id: terminal.id,
        epoch,
        public_key: request.publicKey,
        certificate: JSON.stringify(sealedCertificate),
        issued_at_ms: nowMs,
        head_seq: 0,
        head_hash: NO_HASH,
        last_at_ms: 0,
        broken: 0,
        lost_from_seq: null,
        lost_to_seq: null,
      })
      .execute();
    await tx
      .updateTable('terminals')
      .set({ epoch, software_version: request.softwareVersion, last_seen_at_ms: nowMs })
      .where('id', '=', terminal.id)
      .execute();
    await tx
      .updateTable('activation_codes')
      .set({ used_at_ms: nowMs, used_by_key: request.publicKey, answer: JSON.stringify(answer) })
      .where('code_hash', '=', codeHash)
      .execute();
    return answer;
  });
}
