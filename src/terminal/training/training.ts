import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { rawPublicKey } from '../../codes/signatures.ts';
import { encodeGrant, encodeVoucherCode, signGrant, signShow } from '../../codes/voucher-code.ts';
import { rawEd25519PublicKey, sealEnvelope } from '../../contract/clearing/envelope.ts';
import type { CallOutput } from '../../contract/terminal/calls.ts';
import { DAY_MS } from '../../domain/business-day.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { VOUCHER_LIFE_DAYS } from '../../domain/durations.ts';
import { leastPurchase } from '../../domain/kind.ts';
import type { Identity } from '../identity.ts';
import type { HttpClient } from '../sync/types.ts';
import { ensureTrainingKeys } from './keys.ts';
import { TRAINING_ISSUER, TRAINING_ROOT_ID, trainingClearing } from './training-clearing.ts';

/** Never asked: the training's clearing is in this process. `.invalid` is nobody's (RFC 2606). */
const NO_ADDRESS = 'http://training.invalid';
const HOLDER_REFERENCE_BYTES = 16;
/** Six random bytes: a training never meets the same voucher twice. */
const SERIAL_BYTES = 6;

/** What takes the place of identity and network while a terminal is in training. */
export interface Training {
  readonly folder: string;
  readonly identity: Identity;
  readonly http: HttpClient;
  /** One new voucher of each kind of the store's category, shown now. */
  vouchers(campaigns: readonly Campaign[]): CallOutput<'training.vouchers'>;
}

/**
 * The training mode of an activated terminal: keys, journal and clearing of its own in `training/` below the data
 * folder. A code of a training is refused by every real terminal, and a real code by the training.
 */
export function openTraining(dataFolder: string, real: Identity, nowMs: () => number): Training {
  const folder = join(dataFolder, 'training');
  const keys = ensureTrainingKeys(folder, nowMs());
  const rootKey = keys.root.privateKey;
  const certified = {
    ...real.certified,
    terminalId: keys.terminalId,
    epoch: 1,
    publicKey: rawEd25519PublicKey(keys.terminal.privateKey),
    issuedAtMs: keys.madeAtMs,
  };
  const store = { ...real.store, status: 'admitted' as const };
  return {
    folder,
    identity: {
      ...real,
      clearingUrl: NO_ADDRESS,
      rootKey: { keyId: TRAINING_ROOT_ID, publicKey: rawEd25519PublicKey(rootKey) },
      certificate: sealEnvelope('certificate', certified, TRAINING_ROOT_ID, rootKey),
      certified,
      store,
      key: keys.terminal.privateKey,
    },
    http: trainingClearing({
      terminalId: keys.terminalId,
      rootKey,
      issuerPublicKey: rawEd25519PublicKey(keys.issuer.privateKey),
      store,
      nowMs,
    }),
    vouchers: (campaigns) =>
      campaigns.flatMap(({ number, kinds }) =>
        kinds
          .filter(({ category }) => category === real.store.category)
          .map((kind) => ({
            kindId: kind.id,
            faceValueFen: kind.faceValueFen,
            minSpendFen: leastPurchase(kind.rule),
            text: shownVoucher(number, kind.number),
          })),
      ),
  };

  function shownVoucher(campaignNumber: number, kindNumber: number): string {
    const nowS = Math.floor(nowMs() / 1000);
    const grant = encodeGrant({
      campaignNumber,
      kindNumber,
      serial: BigInt(`0x${randomBytes(SERIAL_BYTES).toString('hex')}`),
      holderReference: randomBytes(HOLDER_REFERENCE_BYTES),
      notBeforeS: nowS - 60,
      notAfterS: nowS + (VOUCHER_LIFE_DAYS * DAY_MS) / 1000,
      issuerKeyNumber: TRAINING_ISSUER,
      holderAlgorithm: 'ed25519',
      holderPublicKey: rawPublicKey(keys.holder),
    });
    const issuerSignature = signGrant(grant, keys.issuer);
    return encodeVoucherCode({
      grant,
      issuerSignature,
      shownAtS: nowS,
      holderSignature: signShow(grant, issuerSignature, nowS, keys.holder),
    });
  }
}
