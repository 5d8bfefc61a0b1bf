import crypto, { KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Signatures are most of the time of a run, and what the simulation is about is not whether Ed25519 holds. So a
 * thread of the simulation signs with a stand-in: SHA-512 of the public key and the message. It has what the parts
 * and the oracle rely on: 64 bytes, the same for the same message, another for any other message or key, none for
 * what nobody signed. It could be forged by who has the public key; no part and no plant does. `--signatures real`
 * runs the same seeds with Ed25519: nothing but the time and the signatures' bytes may differ.
 */
const MOST_REMEMBERED = 50_000;
const RAW_KEY_BYTES = 32;

const real = {
  sign: crypto.sign,
  verify: crypto.verify,
  createPublicKey: crypto.createPublicKey,
  createPrivateKey: crypto.createPrivateKey,
  createHash: crypto.createHash,
  hkdfSync: crypto.hkdfSync,
};

const rawKeys = new WeakMap<KeyObject, Buffer>();

/** The raw public half; null for a key of another algorithm. */
function rawKeyOf(key: KeyObject): Buffer | null {
  const known = rawKeys.get(key);
  if (known !== undefined) return known;
  if (key.asymmetricKeyType !== 'ed25519') return null;
  const { x } = (key.type === 'private' ? real.createPublicKey(key) : key).export({ format: 'jwk' });
  const raw = Buffer.from(x ?? '', 'base64url');
  if (raw.length !== RAW_KEY_BYTES) throw new Error('an Ed25519 key of another length');
  rawKeys.set(key, raw);
  return raw;
}

function standIn(raw: Buffer, data: Uint8Array): Buffer {
  return crypto.hash('sha512', Buffer.concat([raw, data]), 'buffer');
}

function signing(algorithm: unknown, data: unknown, key: unknown): unknown {
  const raw = algorithm === null && key instanceof KeyObject ? rawKeyOf(key) : null;
  if (raw !== null && data instanceof Uint8Array) return standIn(raw, data);
  return (real.sign as (...args: readonly unknown[]) => unknown)(algorithm, data, key);
}

function verifying(algorithm: unknown, data: unknown, key: unknown, signature: unknown): unknown {
  const raw = algorithm === null && key instanceof KeyObject ? rawKeyOf(key) : null;
  if (raw !== null && data instanceof Uint8Array && signature instanceof Uint8Array)
    return standIn(raw, data).equals(signature);
  return (real.verify as (...args: readonly unknown[]) => unknown)(algorithm, data, key, signature);
}

/** A pure function of what names its input, asked for once. */
function once<I, O>(make: (input: I) => O, nameOf: (input: I) => string | KeyObject | null): (input: I) => O {
  const made = new Map<string | KeyObject, O>();
  return (input) => {
    const name = nameOf(input);
    if (name === null) return make(input);
    const known = made.get(name);
    if (known !== undefined) return known;
    const output = make(input);
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(name, output);
    return output;
  };
}

/** What names a key that is made from raw bytes; null for other inputs. */
function nameOfKey(input: unknown): string | KeyObject | null {
  if (input instanceof KeyObject) return input;
  if (typeof input !== 'object' || input === null || !('key' in input)) return null;
  const { key } = input;
  if (key instanceof Uint8Array) return Buffer.from(key).toString('latin1');
  if (typeof key === 'object' && key !== null && 'x' in key && typeof key.x === 'string') return key.x;
  return null;
}

/** SHA-256 of texts and bytes without making an object for each. */
class Sha256 {
  #data: Uint8Array | string | null = null;

  update(data: Uint8Array | string): this {
    this.#data = this.#data === null ? data : Buffer.concat([bytesOf(this.#data), bytesOf(data)]);
    return this;
  }

  digest(encoding?: 'hex' | 'base64' | 'base64url'): string | Buffer {
    const data = this.#data ?? '';
    return encoding === undefined
      ? crypto.hash('sha256', data, 'buffer')
      : crypto.hash('sha256', data, encoding);
  }
}

const bytesOf = (data: Uint8Array | string): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data) : data;

function hashing(algorithm: string, options?: unknown): unknown {
  if (algorithm === 'sha256' && options === undefined) return new Sha256();
  return (real.createHash as (...args: readonly unknown[]) => unknown)(algorithm, options);
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

export type Signatures = 'stand-in' | 'real';
let prepared: Signatures | null = null;

/** From now on in this thread. Call it before anything runs; a thread has one kind of signatures. */
export function prepareCrypto(signatures: Signatures): void {
  if (prepared !== null && prepared !== signatures) throw new Error(`this thread has ${prepared} signatures`);
  if (prepared !== null) return;
  prepared = signatures;
  if (signatures === 'stand-in') {
    crypto.sign = signing as typeof crypto.sign;
    crypto.verify = verifying as typeof crypto.verify;
  }
  crypto.createPublicKey = once(real.createPublicKey, nameOfKey);
  crypto.createPrivateKey = once(real.createPrivateKey, nameOfKey);
  crypto.hkdfSync = ((digest: string, key: Uint8Array, ...rest: [string, string, number]) =>
    derived({ digest, key, rest })) as typeof crypto.hkdfSync;
  crypto.createHash = hashing as typeof crypto.createHash;
  crypto.randomUUID = seededName;
  syncBuiltinESMExports();
}

interface Derivation {
  readonly digest: string;
  readonly key: Uint8Array;
  readonly rest: [string, string, number];
}
const derived = once(
  ({ digest, key, rest }: Derivation) => real.hkdfSync(digest, key, ...rest),
  ({ digest, key, rest }) => [digest, Buffer.from(key).toString('hex'), ...rest].join(' '),
);
