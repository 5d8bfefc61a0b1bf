import { concatBytes, fromHex, toHex } from './bytes.ts';
import { readTlv, writeTlv, type Tlv, type TlvFault } from './tlv.ts';

/** EMV QR Code Specification for Payment Systems, Consumer-Presented Mode 1.1, table 4.1 and following. */
const TAG = { payloadFormat: 0x85, application: 0x61, aid: 0x4f, transparent: 0x63 } as const;
const PAYLOAD_FORMAT = new TextEncoder().encode('CPV01');
/** ISO/IEC 7816-4: an application identifier has 5 to 16 bytes. */
const AID_BYTES = { min: 5, max: 16 } as const;

/** The first application template of a consumer-presented code. */
export interface Cpm {
  /** Upper-case hexadecimal. */
  readonly aid: string;
  /** What is inside template 63; null where there is none. */
  readonly transparent: Uint8Array | null;
}

export type CpmFault =
  TlvFault | 'cpm-base64' | 'cpm-format' | 'cpm-no-application' | 'cpm-aid' | 'cpm-repeated';
export type CpmRead =
  { readonly ok: true; readonly cpm: Cpm } | { readonly ok: false; readonly fault: CpmFault };

/** How every such text begins: the Base64 of `85 05 "CPV01"`, as far as whole characters go. */
export const CPM_TEXT_HEAD = 'hQVDUFYwM';

/**
 * Base64 text (RFC 4648 section 4, with padding) to bytes; null for anything that isn't exactly what an
 * encoder writes, so that no two texts stand for one code.
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? Uint8Array.from(bytes) : null;
}

/** Reads the bytes of a consumer-presented code. */
export function readCpm(bytes: Uint8Array): CpmRead {
  const top = readTlv(bytes);
  if (!top.ok) return top;
  const [format] = top.elements;
  if (format?.tag !== TAG.payloadFormat || !isSame(format.value, PAYLOAD_FORMAT))
    return { ok: false, fault: 'cpm-format' };
  const application = top.elements.find(({ tag }) => tag === TAG.application);
  if (application === undefined) return { ok: false, fault: 'cpm-no-application' };
  const inside = readTlv(application.value);
  if (!inside.ok) return inside;
  const aid = only(inside.elements, TAG.aid);
  const transparent = only(inside.elements, TAG.transparent);
  if (aid === 'repeated' || transparent === 'repeated') return { ok: false, fault: 'cpm-repeated' };
  if (aid === null || aid.length < AID_BYTES.min || aid.length > AID_BYTES.max)
    return { ok: false, fault: 'cpm-aid' };
  return { ok: true, cpm: { aid: toHex(aid), transparent } };
}

/** The value of the one element with a tag; null where there is none. */
export function only(elements: readonly Tlv[], tag: number): Uint8Array | null | 'repeated' {
  const [first, second] = elements.filter((element) => element.tag === tag);
  if (second !== undefined) return 'repeated';
  return first?.value ?? null;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** The Base64 text of a code with one application. */
export function writeCpm(aid: string, transparent: Uint8Array): string {
  const application = concatBytes(writeTlv(TAG.aid, fromHex(aid)), writeTlv(TAG.transparent, transparent));
  return Buffer.from(
    concatBytes(writeTlv(TAG.payloadFormat, PAYLOAD_FORMAT), writeTlv(TAG.application, application)),
  ).toString('base64');
}
