import { randomBytes } from 'node:crypto';
import { rawPublicKey, type SigningKey, signingKey } from '../../src/codes/signatures.ts';
import { encodeVoucherCode, signShow } from '../../src/codes/voucher-code.ts';

/** What clearing answers when it issues a voucher. */
export interface PhoneVoucher {
  readonly campaignNumber: number;
  readonly kind: string;
  readonly serial: number;
  readonly grant: string;
  readonly issuerSignature: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface VoucherOrder {
  /** Such as `supermarket-20`. */
  readonly kind: string;
  readonly campaignNumber?: number;
  readonly person?: string;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** The scanned parts, as a redemption entry keeps them. */
export interface ShownEvidence {
  readonly type: 'voucher-code';
  readonly grant: string;
  readonly issuerSignature: string;
  readonly shownAtS: number;
  readonly holderSignature: string;
}

export interface Phone {
  readonly algorithm: 'ed25519' | 'sm2';
  /** base64url, raw. */
  readonly publicKey: string;
  readonly vouchers: readonly PhoneVoucher[];
  /** Keeps a voucher that was issued to this phone's key. */
  readonly keep: (voucher: PhoneVoucher) => void;
  /** Gets a voucher through the operator's API. `base` such as http://127.0.0.1:8787. */
  readonly order: (base: string, operatorToken: string, order: VoucherOrder) => Promise<PhoneVoucher>;
  /** The text of the QR code at that moment, epoch milliseconds; the newest voucher unless one is named. */
  readonly show: (atMs: number, voucher?: PhoneVoucher) => string;
  /** The same as evidence for an entry. */
  readonly evidence: (atMs: number, voucher?: PhoneVoucher) => ShownEvidence;
}

export interface PhoneOptions {
  readonly algorithm?: 'ed25519' | 'sm2';
  /** 32 secret bytes, for runs that must repeat. */
  readonly secret?: Uint8Array;
}

/** A customer's phone: a holder key, vouchers, and codes signed anew at every showing. */
export function createPhone(options: PhoneOptions = {}): Phone {
  const { algorithm = 'ed25519', secret = randomBytes(32) } = options;
  const key: SigningKey = signingKey(algorithm, secret);
  const publicKey = Buffer.from(rawPublicKey(key)).toString('base64url');
  const vouchers: PhoneVoucher[] = [];
  const pick = (voucher: PhoneVoucher | undefined): PhoneVoucher => {
    const picked = voucher ?? vouchers.at(-1);
    if (picked === undefined) throw new Error('this phone has no voucher');
    return picked;
  };
  const parts = (atMs: number, voucher: PhoneVoucher | undefined) => {
    const picked = pick(voucher);
    const grant = Buffer.from(picked.grant, 'base64url');
    const issuerSignature = Buffer.from(picked.issuerSignature, 'base64url');
    const shownAtS = Math.floor(atMs / 1000);
    return {
      grant,
      issuerSignature,
      shownAtS,
      holderSignature: signShow(grant, issuerSignature, shownAtS, key),
    };
  };
  return {
    algorithm,
    publicKey,
    vouchers,
    keep: (voucher) => void vouchers.push(voucher),
    order: async (base, operatorToken, order) => {
      const response = await fetch(`${base}/v1/operator/vouchers`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...order, algorithm, publicKey }),
      });
      if (!response.ok) throw new Error(`clearing issued nothing: ${await response.text()}`);
      const voucher = (await response.json()) as PhoneVoucher;
      vouchers.push(voucher);
      return voucher;
    },
    show: (atMs, voucher) => encodeVoucherCode(parts(atMs, voucher)),
    evidence: (atMs, voucher) => {
      const { grant, issuerSignature, shownAtS, holderSignature } = parts(atMs, voucher);
      return {
        type: 'voucher-code',
        grant: grant.toString('base64url'),
        issuerSignature: issuerSignature.toString('base64url'),
        shownAtS,
        holderSignature: Buffer.from(holderSignature).toString('base64url'),
      };
    },
  };
}
