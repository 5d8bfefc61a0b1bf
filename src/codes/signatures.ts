import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { fromHex } from './bytes.ts';
import { PUBLIC_KEY_BYTES, type KeyAlgorithm } from './grant.ts';

/** r‖s for SM2, R‖S for Ed25519. */
export const SIGNATURE_BYTES = 64;

/** A key that can check signatures, ready for use. */
export type PublicKey =
  | { readonly algorithm: 'ed25519'; readonly raw: Uint8Array; readonly key: KeyObject }
  | {
      readonly algorithm: 'sm2';
      readonly raw: Uint8Array;
      readonly point: Sm2Point;
      readonly hex: string;
      readonly often: boolean;
    };

/** A key that can sign: clearing's issuer, the demo phone's holder. Never on a terminal. */
export type SigningKey =
  | { readonly algorithm: 'ed25519'; readonly privateKey: KeyObject }
  /** 32 bytes, hexadecimal. */
  | { readonly algorithm: 'sm2'; readonly privateKeyHex: string };

type Sm2Point = ReturnType<typeof sm2.precomputePublicKey>;

/** GB/T 32918.5: the order of the curve's group, and its base point. */
const SM2_ORDER = 0xffff_fffe_ffff_ffff_ffff_ffff_ffff_ffff_7203_df6b_21c6_052b_53bb_f409_39d5_4123n;
const SM2_BASE_HEX =
  '04' +
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0';
/** Eight bits at a time: a table of 20 ms, after which a multiplication is four times as fast. */
const SM2_WINDOW = 8;
/** The library's own maker of points fills the table at once; with a window of one there is nothing to fill. */
const SM2_BASE: Sm2Point = sm2.precomputePublicKey(SM2_BASE_HEX, 1).precompute(SM2_WINDOW);
/** The library makes a point without a table only through its point's class, which it doesn't export. */
const Sm2PointClass = SM2_BASE.constructor as unknown as { fromHex(hex: string): Sm2Point };

/** Fixed head of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 raw bytes follow. */
const ED25519_SPKI_HEAD = fromHex('302a300506032b6570032100');
const ED25519_PKCS8_HEAD = fromHex('302e020100300506032b657004220420');

/**
 * Makes a key ready from its raw bytes (Ed25519 32, SM2 33 compressed). Null where they are no key: wrong
 * length, not on the curve. `often`: its first use makes a table of multiples (see `warmUp`).
 */
export function publicKey(algorithm: KeyAlgorithm, raw: Uint8Array, often = false): PublicKey | null {
  if (raw.length !== PUBLIC_KEY_BYTES[algorithm]) return null;
  if (algorithm === 'ed25519') {
    // Read as a JWK: twice as quick as the same 32 bytes in DER.
    const x = Buffer.from(raw).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return { algorithm, raw, key };
  }
  const hex = Buffer.from(raw).toString('hex');
  try {
    const point = Sm2PointClass.fromHex(hex);
    if (often) point.precompute(SM2_WINDOW);
    return { algorithm, raw, point, hex: point.toHex(false).slice(2), often };
  } catch {
    return null;
  }
}

/** Makes the tables that the first signature of this key would wait for: at most 40 ms, where there are any to make. */
export function warmUp(key: PublicKey): void {
  if (key.algorithm === 'ed25519') return;
  SM2_BASE.multiplyUnsafe(2n);
  key.point.multiplyUnsafe(2n);
}

/** True if the signature over the message is the key's. False for anything else; never throws. */
export function isSignedBy(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return key.algorithm === 'ed25519'
    ? verify(null, message, key.key, signature)
    : isSm2SignedBy(key, message, signature);
}

/** GB/T 32918.2, 7.1, with SM3 and the standard identity 1234567812345678. Public values: needn't be constant in time. */
function isSm2SignedBy(
  key: Extract<PublicKey, { readonly algorithm: 'sm2' }>,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const r = toBigInt(signature.subarray(0, 32));
  const s = toBigInt(signature.subarray(32));
  if (r === 0n || r >= SM2_ORDER || s === 0n || s >= SM2_ORDER) return false;
  const t = (r + s) % SM2_ORDER;
  if (t === 0n) return false;
  const sum = SM2_BASE.multiplyUnsafe(s).add(
    key.often ? key.point.multiplyUnsafe(t) : multiply(key.point, t),
  );
  const digest = BigInt(`0x${sm2.getHash(message, key.hex)}`);
  return (digest + sum.x) % SM2_ORDER === r;
}

/** Odd multiples up to 15 are ready: an addition for every sixth bit instead of every second one. */
const NAF_WIDTH = 5n;
const NAF_SPAN = 1n << NAF_WIDTH;

/**
 * A point without a table, times a positive number: the library would add for every bit that is set. By the
 * non-adjacent form of width 5 (Hankerson, Menezes, Vanstone: Guide to Elliptic Curve Cryptography, 3.35, 3.36).
 */
function multiply(point: Sm2Point, times: bigint): Sm2Point {
  const digits: bigint[] = [];
  for (let rest = times; rest > 0n; rest >>= 1n) {
    const low = (rest & 1n) === 0n ? 0n : rest % NAF_SPAN;
    const digit = low > NAF_SPAN / 2n ? low - NAF_SPAN : low;
    rest -= digit;
    digits.push(digit);
  }
  const multiples = new Map<bigint, Sm2Point>();
  const twice = point.double();
  let odd = point;
  for (let nth = 1n; nth < NAF_SPAN / 2n; nth += 2n) {
    multiples.set(nth, odd).set(-nth, odd.negate());
    odd = odd.add(twice);
  }
  let sum = point.subtract(point);
  for (const digit of digits.toReversed()) {
    sum = sum.double();
    const multiple = multiples.get(digit);
    if (multiple !== undefined) sum = sum.add(multiple);
  }
  return sum;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Signs; 64 bytes. SM2 with SM3 and the standard identity. */
export function signMessage(key: SigningKey, message: Uint8Array): Uint8Array {
  if (key.algorithm === 'ed25519') return Uint8Array.from(sign(null, message, key.privateKey));
  return fromHex(sm2.doSignature(message, key.privateKeyHex, { hash: true }));
}

/** The raw public half of a signing key: Ed25519 32 bytes, SM2 33 bytes compressed. */
export function rawPublicKey(key: SigningKey): Uint8Array {
  if (key.algorithm === 'ed25519') {
    const spki = createPublicKey(key.privateKey).export({ format: 'der', type: 'spki' });
    return Uint8Array.from(spki.subarray(ED25519_SPKI_HEAD.length));
  }
  const full = sm2.getPublicKeyFromPrivateKey(key.privateKeyHex);
  return fromHex(sm2.compressPublicKeyHex(full));
}

/** A signing key from its 32 secret bytes: RFC 8032 seed, or SM2 private number. */
export function signingKey(algorithm: KeyAlgorithm, secret: Uint8Array): SigningKey {
  if (secret.length !== 32) throw new RangeError('a secret key has 32 bytes');
  if (algorithm === 'sm2') return { algorithm, privateKeyHex: Buffer.from(secret).toString('hex') };
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_HEAD, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  return { algorithm, privateKey };
}
