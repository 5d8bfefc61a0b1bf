import { createHash, randomBytes } from 'node:crypto';
import { type Envelope, type EnvelopePurpose, sealEnvelope } from '../contract/clearing/envelope.ts';
import type { KeyRing } from '../codes/key-ring.ts';
import type { CheckSignatures } from './ingest/signatures.ts';
import type { ClearingKeys } from './keys/keys.ts';
import { latestRing, readyRing } from './packs/key-ring.ts';
import type { Packs } from './packs/packs.ts';
import type { Reader, Storage } from './storage/storage.ts';

/** What every part of clearing needs. Nothing here remembers anything that another node couldn't know. */
export interface Context {
  readonly storage: Storage;
  readonly keys: ClearingKeys;
  readonly packs: Packs;
  readonly rings: Rings;
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
  readonly checkSignatures: CheckSignatures;
}

/** The key ring made ready, read again when another node has published a newer one. */
export class Rings {
  #version = 0;
  #ring: KeyRing | null = null;

  async current(db: Reader): Promise<KeyRing> {
    const newest = await db
      .selectFrom('key_rings')
      .select((eb) => eb.fn.max('version').as('version'))
      .executeTakeFirst();
    const version = newest?.version ?? 0;
    if (this.#ring === null || version !== this.#version) {
      const latest = await latestRing(db);
      if (latest === null) throw new Error('no key ring has been published');
      this.#ring = readyRing(latest.ring);
      this.#version = version;
    }
    return this.#ring;
  }
}

/** Seals with clearing's root key. */
export function seal(context: Context, purpose: EnvelopePurpose, value: unknown): Envelope {
  return sealEnvelope(purpose, value, context.keys.root.keyId, context.keys.root.key);
}

/** Tokens and activation codes are kept only as hashes. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** An id with a prefix that says of what it is: `st-3f2a…`. */
export function newId(context: Pick<Context, 'random'>, prefix: string): string {
  return `${prefix}-${context.random(8).toString('hex')}`;
}

export const secureRandom = (bytes: number): Buffer => randomBytes(bytes);
