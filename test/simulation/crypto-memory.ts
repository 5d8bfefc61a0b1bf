import crypto, { KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/**
 * A signature that holds once holds always, and the same bytes are always the same key: the answers are
 * remembered, since one entry is verified at the counter, at each start and by clearing. It changes nothing but
 * the time: anything that was never seen before is really verified.
 */
const MOST_REMEMBERED = 50_000;

interface Verified {
  readonly key: KeyObject;
  readonly data: Buffer;
  readonly holds: boolean;
}

/** Asked for with a key and data as bytes; any other form goes to the real function. */
function remembering(real: typeof crypto.verify): typeof crypto.verify {
  const answers = new Map<string, Verified>();
  const remembered = (algorithm: unknown, data: unknown, key: unknown, signature: unknown): unknown => {
    const verify = real as (...args: readonly unknown[]) => unknown;
    if (!(data instanceof Uint8Array && signature instanceof Uint8Array && key instanceof KeyObject))
      return verify(algorithm, data, key, signature);
    const name = Buffer.from(signature).toString('latin1');
    const known = answers.get(name);
    if (known?.key === key && known.data.equals(data)) return known.holds;
    const holds = verify(algorithm, data, key, signature) === true;
    if (answers.size >= MOST_REMEMBERED) answers.clear();
    answers.set(name, { key, data: Buffer.from(data), holds });
    return holds;
  };
  return remembered as typeof crypto.verify;
}

/** What names a public key that is made from raw bytes; null for other inputs. */
function nameOfKey(input: unknown): string | KeyObject | null {
  if (input instanceof KeyObject) return input;
  if (typeof input !== 'object' || input === null || !('key' in input)) return null;
  const { key } = input;
  if (key instanceof Uint8Array) return Buffer.from(key).toString('latin1');
  if (typeof key === 'object' && key !== null && 'x' in key && typeof key.x === 'string') return key.x;
  return null;
}

function makingOnce(real: typeof crypto.createPublicKey): typeof crypto.createPublicKey {
  const made = new Map<string | KeyObject, KeyObject>();
  return (input) => {
    const name = nameOfKey(input);
    if (name === null) return real(input);
    const known = made.get(name);
    if (known !== undefined) return known;
    const key = real(input);
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(name, key);
    return key;
  };
}

/** Names that the parts make for themselves come from the seed too: a failing seed must replay exactly. */
let nextName: () => number = () => 0;
export function nameFrom(next: () => number): void {
  nextName = next;
}
function seededName(): ReturnType<typeof crypto.randomUUID> {
  const hex = (digits: number): string =>
    Math.floor(nextName() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
}

let remembers = false;

/** From now on in this thread. Call it before anything runs; calling it again does nothing. */
export function rememberSignatures(): void {
  if (remembers) return;
  remembers = true;
  crypto.verify = remembering(crypto.verify);
  crypto.createPublicKey = makingOnce(crypto.createPublicKey);
  crypto.randomUUID = seededName;
  syncBuiltinESMExports();
}
