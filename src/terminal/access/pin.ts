import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/**
 * scrypt with 32 MiB: some 80 ms on this kind of PC, below what a cashier notices at sign-in, and dear enough for
 * who copies the database: a PIN's real guard is the lock-out.
 */
const COST: Required<Pick<ScryptOptions, 'N' | 'r' | 'p' | 'maxmem'>> = {
  N: 32_768,
  r: 8,
  p: 1,
  maxmem: 64 * 1024 * 1024,
};
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** How PINs become hashes and are compared with them. */
export interface Pins {
  /** A PIN's salted hash as text. */
  hash(pin: string): Promise<string>;
  /** In constant time; false for a hash that isn't one of ours. */
  check(pin: string, hash: string): Promise<boolean>;
  /** True for a hash that could be made better now: the next sign-in does. */
  stale(hash: string): boolean;
}

function derive(pin: string | Buffer, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, KEY_BYTES, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/**
 * `scrypt$<salt>$<key>`, both base64url; with a pepper `scrypt-pepper$…`, which is worth nothing to who has the
 * database but not the system's secret store. A hash made before there was a pepper stays good; one made with it
 * never matches without.
 */
export function scryptPins(pepper: Buffer | null): Pins {
  const secretOf = (pin: string, scheme: string): string | Buffer | null => {
    if (scheme === 'scrypt') return pin;
    if (scheme !== 'scrypt-pepper' || pepper === null) return null;
    return createHmac('sha256', pepper).update(pin).digest();
  };
  return {
    async hash(pin) {
      const scheme = pepper === null ? 'scrypt' : 'scrypt-pepper';
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(secretOf(pin, scheme) ?? pin, salt);
      return `${scheme}$${salt.toString('base64url')}$${key.toString('base64url')}`;
    },
    async check(pin, hash) {
      const [scheme, salt, key] = hash.split('$');
      if (scheme === undefined || salt === undefined || key === undefined) return false;
      const secret = secretOf(pin, scheme);
      if (secret === null) return false;
      const expected = Buffer.from(key, 'base64url');
      const actual = await derive(secret, Buffer.from(salt, 'base64url'));
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    stale: (hash) => pepper !== null && !hash.startsWith('scrypt-pepper$'),
  };
}

/** For training: whoever asks is let in, so that nobody tries out real PINs there. */
export const ANY_PIN: Pins = {
  hash: () => Promise.resolve(''),
  check: () => Promise.resolve(true),
  stale: () => false,
};
