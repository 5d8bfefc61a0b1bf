import { buildKeyRing, type KeyRing } from '../../codes/key-ring.ts';
import { type Envelope, sealEnvelope } from '../../contract/clearing/envelope.ts';
import { keyRingSchema } from '../../contract/clearing/protocol.ts';
import { DAY_MS } from '../../domain/business-day.ts';
import type { ClearingKeys } from '../keys/keys.ts';
import { lockMoney, type Reader, type Storage, type Tx } from '../storage/storage.ts';
import type { z } from 'zod';

type KeyRingText = z.infer<typeof keyRingSchema>;

/** Terminals ask for a new ring long before this, milliseconds. */
const RING_LIFE_MS = 400 * DAY_MS;

/** The newest ring, or null before the first was published. */
export async function latestRing(
  db: Reader,
): Promise<{ readonly ring: KeyRingText; readonly envelope: Envelope } | null> {
  const row = await db
    .selectFrom('key_rings')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const envelope = JSON.parse(row.envelope) as Envelope;
  return { ring: keyRingSchema.parse(JSON.parse(envelope.payload)), envelope };
}

/** The end of an issuer key, written down with the ring or not at all. */
export interface Revocation {
  readonly number: number;
  readonly audit: (tx: Tx) => Promise<void>;
}

/**
 * Publishes a ring of the key file's issuers if there is none yet or one of them is new, also when several nodes
 * start at once; a revocation adds to the ring before. Throws where another root key signed that one: terminals trust no other.
 */
export async function publishRing(
  storage: Storage,
  keys: ClearingKeys,
  nowMs: number,
  revocation: Revocation | null = null,
): Promise<KeyRingText> {
  return storage.transaction(async (tx) => {
    await lockMoney(tx);
    const before = await latestRing(tx);
    if (before !== null && before.envelope.keyId !== keys.root.keyId)
      throw new Error(
        `this key file (${keys.root.keyId}) is not the one that the database was opened with (${before.envelope.keyId})`,
      );
    const earlier = before?.ring.keys ?? [];
    const added = keys.issuers.filter(({ number }) => earlier.every((known) => known.number !== number));
    if (before !== null && revocation === null && added.length === 0) return before.ring;
    const ring: KeyRingText = {
      version: (before?.ring.version ?? 0) + 1,
      expiresAtMs: nowMs + RING_LIFE_MS,
      keys: [
        ...earlier.map((known) => ({
          ...known,
          revokedAtMs: known.revokedAtMs ?? (revocation?.number === known.number ? nowMs : null),
        })),
        ...added.map(({ number, algorithm, publicKey, validFromMs, validUntilMs }) => ({
          ...{ number, algorithm, publicKey, validFromMs, validUntilMs },
          revokedAtMs: null,
        })),
      ],
    };
    const envelope = sealEnvelope('key-ring', ring, keys.root.keyId, keys.root.key);
    await tx
      .insertInto('key_rings')
      .values({ version: ring.version, envelope: JSON.stringify(envelope) })
      .execute();
    await revocation?.audit(tx);
    return ring;
  });
}

/** A ring ready for checking; clearing's own knowledge doesn't expire. */
export function readyRing(ring: KeyRingText): KeyRing {
  const built = buildKeyRing({ ...ring, expiresAtMs: Number.MAX_SAFE_INTEGER });
  if (!built.ok) throw new Error(`a key ring that can't be used: ${built.path}: ${built.message}`);
  return built.ring;
}
