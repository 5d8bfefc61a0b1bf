import type { z } from 'zod';
import { zhumadian2023Pack } from '../contract/campaign/zhumadian-2023.ts';
import type { Envelope } from '../contract/clearing/envelope.ts';
import type { activationRequestSchema, feedRequestSchema } from '../contract/clearing/protocol.ts';
import type { Entry } from '../contract/journal/entry.ts';
import { type Context, Rings, secureRandom } from './context.ts';
import { ingest } from './ingest/ingest.ts';
import type { CheckSignatures } from './ingest/signatures.ts';
import { signatureThreads } from './ingest/signature-threads.ts';
import type { ClearingKeys } from './keys/keys.ts';
import { publishRing } from './packs/key-ring.ts';
import { Packs, publishPack } from './packs/packs.ts';
import type { Storage } from './storage/storage.ts';
import { activate } from './terminals/activation.ts';
import { feed } from './terminals/feed.ts';

export interface ClearingOptions {
  readonly storage: Storage;
  readonly keys: ClearingKeys;
  /** Epoch milliseconds; the system clock if left out. */
  readonly now?: () => number;
  readonly random?: (bytes: number) => Buffer;
  /** Threads of its own if left out; `checkHere` makes a run depend on nothing but its inputs. */
  readonly checkSignatures?: CheckSignatures;
  /** The campaign packs to start with, as written; the plan of 2023 if left out. */
  readonly packs?: readonly unknown[];
}

/** The clearing server without its HTTP: what a terminal may ask, and the context that operators' functions take. */
export interface Clearing {
  readonly context: Context;
  readonly activate: (request: z.infer<typeof activationRequestSchema>) => Promise<Envelope>;
  readonly feed: (terminalId: string, request: z.infer<typeof feedRequestSchema>) => Promise<Envelope>;
  readonly ingest: (terminalId: string, entries: readonly Entry[]) => Promise<Envelope>;
  /** Starts the threads that check signatures now, instead of at the first batch that is worth it. */
  readonly warmUp: () => void;
  readonly close: () => Promise<void>;
}

/** Starts clearing on a storage: publishes a key ring and the first packs if the storage is new. */
export async function createClearing(options: ClearingOptions): Promise<Clearing> {
  const { storage, keys, now = Date.now, random = secureRandom } = options;
  const threads = signatureThreads();
  const checkSignatures = options.checkSignatures ?? threads.check;
  const packs = new Packs();
  const context: Context = { storage, keys, packs, rings: new Rings(), now, random, checkSignatures };
  await publishRing(storage, keys, now());
  await packs.refresh(storage.db);
  const firstPacks = packs.all().length > 0 ? [] : (options.packs ?? [zhumadian2023Pack()]);
  for (const pack of firstPacks) {
    const published = await publishPack(storage, keys, pack, now());
    await packs.refresh(storage.db);
    // Refused, and yet there are packs: another node that starts now was first.
    if (!published.ok && packs.all().length === 0)
      throw new Error(`the campaign pack can't be used: ${JSON.stringify(published.problems)}`);
  }
  return {
    context,
    activate: (request) => activate(context, request),
    feed: (terminalId, request) => feed(context, terminalId, request),
    ingest: (terminalId, entries) => ingest(context, terminalId, entries),
    warmUp: () => threads.start(),
    close: async () => {
      await threads.close();
      await storage.close();
    },
  };
}
