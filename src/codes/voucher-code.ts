import { createHash } from 'node:crypto';
import { concatBytes } from './bytes.ts';
import { only, writeCpm } from './cpm.ts';
import { parseGrant, requireLength, requireUint, type Grant, type GrantFault } from './grant.ts';
import { signMessage, SIGNATURE_BYTES, type SigningKey } from './signatures.ts';
import { readTlv, writeTlv, type TlvFault } from './tlv.ts';

export { encodeGrant, type Grant } from './grant.ts';

/** `F0`: proprietary, unregistered (ISO/IEC 7816-5); then "ZMDVC1" in ASCII. */
export const VOUCHER_AID = 'F05A4D44564331';

const TAG = { grant: 0xc1, issuerSignature: 0xc2, shownAt: 0xc3, holderSignature: 0xc4 } as const;
const SHOWN_AT_BYTES = 4;
const GRANT_PREFIX = new TextEncoder().encode('ZMDV1 grant');
const SHOW_PREFIX = new TextEncoder().encode('ZMDV1 show');

/** The parts of a voucher code, as bytes: all that clearing needs to judge it again. */
export interface VoucherCodeParts {
  readonly grant: Uint8Array;
  readonly issuerSignature: Uint8Array;
  /** Unix seconds by the phone's clock. */
  readonly shownAtS: number;
  readonly holderSignature: Uint8Array;
}

export interface VoucherCode extends VoucherCodeParts {
  /** What the grant says; proven only by verifyVoucherCode. */
  readonly fields: Grant;
}

export type VoucherFault =
  | TlvFault
  | GrantFault
  | 'voucher-empty'
  | 'voucher-part-missing'
  | 'voucher-part-repeated'
  | 'voucher-part-length';
export type VoucherRead =
  { readonly ok: true; readonly code: VoucherCode } | { readonly ok: false; readonly fault: VoucherFault };

/** Reads what template 63 of a voucher code holds. Elements with other tags are left alone. */
export function readVoucher(transparent: Uint8Array | null): VoucherRead {
  if (transparent === null) return { ok: false, fault: 'voucher-empty' };
  const inside = readTlv(transparent);
  if (!inside.ok) return inside;
  const grant = only(inside.elements, TAG.grant);
  const issuerSignature = only(inside.elements, TAG.issuerSignature);
  const shownAt = only(inside.elements, TAG.shownAt);
  const holderSignature = only(inside.elements, TAG.holderSignature);
  if (
    grant === 'repeated' ||
    issuerSignature === 'repeated' ||
    shownAt === 'repeated' ||
    holderSignature === 'repeated'
  )
    return { ok: false, fault: 'voucher-part-repeated' };
  if (grant === null || issuerSignature === null || shownAt === null || holderSignature === null)
    return { ok: false, fault: 'voucher-part-missing' };
  if (shownAt.length !== SHOWN_AT_BYTES) return { ok: false, fault: 'voucher-part-length' };
  const view = new DataView(shownAt.buffer, shownAt.byteOffset, shownAt.byteLength);
  return voucherCode({ grant, issuerSignature, shownAtS: view.getUint32(0), holderSignature });
}

/** A voucher code from its parts, as a journal entry keeps them. */
export function voucherCode(parts: VoucherCodeParts): VoucherRead {
  const { grant, issuerSignature, shownAtS, holderSignature } = parts;
  if (issuerSignature.length !== SIGNATURE_BYTES || holderSignature.length !== SIGNATURE_BYTES)
    return { ok: false, fault: 'voucher-part-length' };
  const fields = parseGrant(grant);
  if (!fields.ok) return fields;
  return { ok: true, code: { grant, issuerSignature, shownAtS, holderSignature, fields: fields.grant } };
}

/** The text of a voucher's QR code. Throws a RangeError for parts of a wrong length. */
export function encodeVoucherCode(parts: VoucherCodeParts): string {
  requireLength('issuer signature', parts.issuerSignature, SIGNATURE_BYTES);
  requireLength('holder signature', parts.holderSignature, SIGNATURE_BYTES);
  return writeCpm(
    VOUCHER_AID,
    concatBytes(
      writeTlv(TAG.grant, parts.grant),
      writeTlv(TAG.issuerSignature, parts.issuerSignature),
      writeTlv(TAG.shownAt, shownAtBytes(parts.shownAtS)),
      writeTlv(TAG.holderSignature, parts.holderSignature),
    ),
  );
}

function shownAtBytes(shownAtS: number): Uint8Array {
  const bytes = new Uint8Array(SHOWN_AT_BYTES);
  new DataView(bytes.buffer).setUint32(0, requireUint('shown at', shownAtS, 0xffff_ffff));
  return bytes;
}

/** What the issuer signs: "ZMDV1 grant" ‖ grant. */
export function grantMessage(grant: Uint8Array): Uint8Array {
  return concatBytes(GRANT_PREFIX, grant);
}

/** What the holder's phone signs: "ZMDV1 show" ‖ SHA-256(grant ‖ issuer signature) ‖ shown-at. */
export function showMessage(grant: Uint8Array, issuerSignature: Uint8Array, shownAtS: number): Uint8Array {
  const digest = createHash('sha256').update(grant).update(issuerSignature).digest();
  return concatBytes(SHOW_PREFIX, digest, shownAtBytes(shownAtS));
}

/** Clearing's part: signs a grant for its life. 64 bytes. */
export function signGrant(grant: Uint8Array, issuer: SigningKey): Uint8Array {
  return signMessage(issuer, grantMessage(grant));
}

/** The phone's part: signs that this grant is shown now. 64 bytes. */
export function signShow(
  grant: Uint8Array,
  issuerSignature: Uint8Array,
  shownAtS: number,
  holder: SigningKey,
): Uint8Array {
  return signMessage(holder, showMessage(grant, issuerSignature, shownAtS));
}
