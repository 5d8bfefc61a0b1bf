import { parentPort } from 'node:worker_threads';
import { unpackSignatures } from './signature-message.ts';
import { checkHere } from './signatures.ts';

// Node throws and catches two errors inside for every key that it reads; their traces, which nobody sees, take four
// times as long as reading the key.
Error.stackTraceLimit = 0;

parentPort?.on('message', (packed: Uint8Array) => {
  parentPort?.postMessage(Uint8Array.from(checkHere(unpackSignatures(packed)), Number));
});
