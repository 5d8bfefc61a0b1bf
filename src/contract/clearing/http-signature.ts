import { createHash, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

/**
 * RFC 9421 HTTP Message Signatures with Ed25519 (section 3.3.6), restricted to the one shape that terminal and
 * clearing use: label `sig1`, covering `@method`, `@path` and `content-digest` (RFC 9530, SHA-256), with the
 * parameters created (Unix seconds), nonce, keyid (the terminal's id) and alg, in that order.
 * The query isn't covered, so signed routes take none.
 */

const COVERED = '("@method" "@path" "content-digest")';
const INPUT_PATTERN =
  /^sig1=\("@method" "@path" "content-digest"\);created=(\d{1,12});nonce="([A-Za-z0-9_-]{16,64})";keyid="([\x21\x23-\x5b\x5d-\x7e]{1,64})";alg="ed25519"$/;
const SIGNATURE_PATTERN = /^sig1=:([A-Za-z0-9+/]{86}==):$/;
const DIGEST_PATTERN = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

export interface SignedHeaders {
  readonly 'content-digest': string;
  readonly 'signature-input': string;
  readonly signature: string;
}

export interface SignatureClaim {
  /** Unix seconds. */
  readonly createdS: number;
  readonly nonce: string;
  readonly keyId: string;
}

export interface RequestToSign extends SignatureClaim {
  readonly method: string;
  /** Path without query, such as `/v1/feed`. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** The value of `Content-Digest` for a body. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function signatureParameters(claim: SignatureClaim): string {
  return `${COVERED};created=${String(claim.createdS)};nonce="${claim.nonce}";keyid="${claim.keyId}";alg="ed25519"`;
}

function signatureBase(method: string, path: string, digest: string, claim: SignatureClaim): Buffer {
  return Buffer.from(
    `"@method": ${method.toUpperCase()}\n"@path": ${path}\n"content-digest": ${digest}\n` +
      `"@signature-params": ${signatureParameters(claim)}`,
    'utf8',
  );
}

/** The three headers that sign a request. Throws a RangeError for a nonce or key id that the header can't carry. */
export function signRequest(request: RequestToSign, key: KeyObject): SignedHeaders {
  const digest = contentDigest(request.body);
  const input = `sig1=${signatureParameters(request)}`;
  if (!INPUT_PATTERN.test(input)) throw new RangeError('nonce, key id or time that a signature cannot carry');
  const signature = sign(null, signatureBase(request.method, request.path, digest, request), key);
  return {
    'content-digest': digest,
    'signature-input': input,
    signature: `sig1=:${signature.toString('base64')}:`,
  };
}

/** Header names in lower case, as Node gives them. */
export type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Who claims to have signed, when and with which nonce; null if the request carries no signature of our shape. */
export function readSignatureClaim(headers: ReceivedHeaders): SignatureClaim | null {
  const input = headers['signature-input'];
  if (typeof input !== 'string') return null;
  const [, created, nonce, keyId] = INPUT_PATTERN.exec(input) ?? [];
  if (created === undefined || nonce === undefined || keyId === undefined) return null;
  return { createdS: Number(created), nonce, keyId };
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: ReceivedHeaders;
}

/**
 * True only if the digest is the body's and the signature is the key's over method, path, digest and parameters.
 * Age and replay are the caller's to judge, after this.
 */
export function verifyRequest(request: ReceivedRequest, publicKey: KeyObject): boolean {
  const claim = readSignatureClaim(request.headers);
  const header = request.headers['signature'];
  const digest = request.headers['content-digest'];
  if (claim === null || typeof header !== 'string' || typeof digest !== 'string') return false;
  const signature = SIGNATURE_PATTERN.exec(header)?.[1];
  const received = DIGEST_PATTERN.exec(digest)?.[1];
  if (signature === undefined || received === undefined) return false;
  const actual = createHash('sha256').update(request.body).digest();
  const claimed = Buffer.from(received, 'base64');
  if (claimed.length !== actual.length || !timingSafeEqual(claimed, actual)) return false;
  const base = signatureBase(request.method, request.path, digest, claim);
  return verify(null, base, publicKey, Buffer.from(signature, 'base64'));
}
