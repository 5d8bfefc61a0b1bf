import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import sodium from 'sodium-native';
import { PUBLIC_KEY_BYTES } from '../../codes/grant.ts';
import { SIGNATURE_BYTES } from '../../codes/signatures.ts';
import { unpackSignatures } from './signature-message.ts';
import { checkWith, type SignatureToCheck } from './signatures.ts';

// Node throws and catches two errors inside for every key that it reads; their traces, which nobody sees, take four
// times as long as reading the key.
Error.stackTraceLimit = 0;

/** nice(10): whoever waits at a counter, for an authorisation or a feed, goes before a queue that is being settled. */
const LOW_PRIORITY = 10;
// On Linux this is the priority of the calling thread alone; elsewhere it would be the whole server's. A server that
// was started at a lower one keeps it: an ordinary user may not raise it again.
if (process.platform === 'linux') setPriority(0, Math.max(LOW_PRIORITY, getPriority(0)));

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/**
 * Ed25519 by libsodium, in half the time of Node's OpenSSL. It holds no signature good that OpenSSL doesn't: both follow
 * RFC 8032 (5.1.7) without the cofactor, and libsodium also refuses points of small order and numbers written longer
 * than they need to be.
 */
function isSignedBySodium({ algorithm, publicKey, message, signature }: SignatureToCheck): boolean {
  return (
    algorithm === 'ed25519' &&
    publicKey.length === PUBLIC_KEY_BYTES.ed25519 &&
    signature.length === SIGNATURE_BYTES &&
    sodium.crypto_sign_verify_detached(asBuffer(signature), asBuffer(message), asBuffer(publicKey))
  );
}

parentPort?.on('message', (packed: Uint8Array) => {
  const answers = checkWith(unpackSignatures(packed), isSignedBySodium);
  parentPort?.postMessage(Uint8Array.from(answers, Number));
});
