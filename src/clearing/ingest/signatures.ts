import { verify, type KeyObject } from 'node:crypto';

export interface SignatureToCheck {
  readonly key: KeyObject;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Checks one Ed25519 signature; false for anything that isn't the key's. */
export type CheckSignature = (item: SignatureToCheck) => boolean | Promise<boolean>;

/** On this thread, at once: for simulation, where nothing may depend on other threads. */
export const checkHere: CheckSignature = ({ key, message, signature }) =>
  verify(null, message, key, signature);

/** On libuv's threads: a batch of 200 redemptions has 600 signatures, and all cores share them. */
export const checkOnThreads: CheckSignature = ({ key, message, signature }) =>
  new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, holds) => {
      if (error === null) resolve(holds);
      else reject(error);
    });
  });
