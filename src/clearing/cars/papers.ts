import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { plainNumber } from '../../domain/paper-numbers.ts';
import { type CarPapers, carPapersSchema } from '../../contract/clearing/car-papers.ts';
import type { Context } from '../context.ts';

/** A keyed hash, so that a duplicate is found without keeping what it is a duplicate of. */
export function keyedHash(
  context: Pick<Context, 'keys'>,
  what: 'invoice' | 'vin' | 'buyer',
  value: string,
): string {
  return createHmac('sha256', context.keys.personSecret)
    .update(`car ${what}\n${plainNumber(value)}`)
    .digest('hex');
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts the papers of a claim with the key that lies beside the server's other keys (AES-256-GCM); base64 of iv,
 * tag and text. Bound to the claim's id: moved to another claim they don't open.
 */
export function sealPapers(context: Pick<Context, 'keys' | 'random'>, id: string, papers: CarPapers): string {
  const iv = context.random(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', context.keys.papersKey, iv);
  cipher.setAAD(Buffer.from(id, 'utf8'));
  const text = Buffer.concat([cipher.update(JSON.stringify(papers), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** Throws when the sealed text was changed, or belongs to another claim. */
export function openPapers(context: Pick<Context, 'keys'>, id: string, sealed: string): CarPapers {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', context.keys.papersKey, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(id, 'utf8'));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return carPapersSchema.parse(JSON.parse(text.toString('utf8')));
}
