import { z } from 'zod';

/** An issuer key as operators see it; its bytes are in the ring that terminals get. */
export const issuerKeyViewSchema = z
  .object({
    number: z.int().min(1).max(65_535),
    algorithm: z.enum(['ed25519', 'sm2']),
    revokedAtMs: z.int().nullable(),
  })
  .strict();

export const issuerKeysAnswerSchema = z.object({ keys: z.array(issuerKeyViewSchema) }).strict();

export const revokeKeySchema = z.object({ reason: z.string().trim().min(1).max(200) }).strict();
