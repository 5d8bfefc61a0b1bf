import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { z } from 'zod';
import { businessDaySchema } from '../../contract/journal/entry.ts';
import { MAX_AMOUNT_FEN } from '../../domain/money.ts';
import { type Context } from '../context.ts';

const nameSchema = z.string().min(1).max(80);
const vinSchema = z.string().regex(/^[A-HJ-NPR-Z0-9]{17}$/);

/** What a buyer hands in: invoice, registration and identity (plan section 五 (五)). */
export const carPapersSchema = z
  .object({
    invoice: z
      .object({
        number: z.string().min(1).max(40),
        vin: vinSchema,
        buyerName: nameSchema,
        priceFen: z.int().min(1).max(MAX_AMOUNT_FEN),
        issuedOn: businessDaySchema,
        replacesEarlier: z.boolean(),
      })
      .strict(),
    registration: z
      .object({
        vin: vinSchema,
        ownerName: nameSchema,
        seats: z.int().min(1).max(99),
        passengerCar: z.boolean(),
      })
      .strict(),
    identity: z
      .object({
        name: nameSchema,
        type: z.enum(['person', 'organisation']),
        number: z.string().min(1).max(40),
      })
      .strict(),
  })
  .strict();
export type CarPapers = z.infer<typeof carPapersSchema>;

export type Contradiction = 'vin' | 'buyer-and-owner' | 'buyer-and-identity';

/** Where the papers contradict each other (plan section 五 (五) (3): 相关材料信息不一致或有矛盾的). */
export function contradictions({ invoice, registration, identity }: CarPapers): readonly Contradiction[] {
  return [
    ...(invoice.vin === registration.vin ? [] : ['vin' as const]),
    ...(invoice.buyerName === registration.ownerName ? [] : ['buyer-and-owner' as const]),
    ...(invoice.buyerName === identity.name ? [] : ['buyer-and-identity' as const]),
  ];
}

/** A keyed hash, so that a duplicate is found without keeping what it is a duplicate of. */
export function keyedHash(context: Context, what: string, value: string): string {
  return createHmac('sha256', context.keys.personSecret).update(`${what}\n${value}`).digest('hex');
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM; base64 of iv, tag and text. */
export function sealPapers(context: Context, papers: CarPapers): string {
  const iv = context.random(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', context.keys.papersKey, iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(papers), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** Throws when the sealed text was changed. */
export function openPapers(context: Context, sealed: string): CarPapers {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', context.keys.papersKey, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return carPapersSchema.parse(JSON.parse(text.toString('utf8')));
}
