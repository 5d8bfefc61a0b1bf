import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { envelopeSchema, rawEd25519PublicKey } from '../contract/clearing/envelope.ts';
import { certificateSchema, ed25519KeySchema, storeSchema } from '../contract/clearing/protocol.ts';
import { FaultError } from './fault-error.ts';
import { readTextFile, writeFileDurably } from './files.ts';
import { isSealed, machineMark, sealText, unsealText, type HostSecrets } from './host-secrets.ts';

/** Who this terminal is: written once at activation, and at each new epoch. */
const identityFileSchema = z
  .object({
    version: z.literal(1),
    clearingUrl: z.url(),
    rootKey: z.object({ keyId: z.string(), publicKey: ed25519KeySchema }).strict(),
    certificate: envelopeSchema,
    certified: certificateSchema,
    store: storeSchema,
    /** Made at activation; goes into the journal at the first start with it. */
    firstManager: z.object({ id: z.string(), name: z.string(), pin: z.string() }).strict(),
    /** The PC that it was made on; null where the system has no name of its own. */
    machine: z.string().nullable().optional(),
  })
  .strict();
export type IdentityFile = z.infer<typeof identityFileSchema>;

export interface Identity extends IdentityFile {
  readonly key: KeyObject;
}

const identityPath = (folder: string): string => join(folder, 'identity', 'terminal.json');
const keyPath = (folder: string): string => join(folder, 'identity', 'terminal.key');
/** The key of an epoch that is being opened; becomes the terminal's key once its certificate is written. */
const newKeyPath = (folder: string): string => `${keyPath(folder)}.new-epoch`;
const KEY_PURPOSE = 'terminal-key';

/** Without a secret store, and without looking at which PC it is: for reading on another one. */
export const ANY_HOST: HostSecrets = { seal: null, machineId: null };

/** Whether this folder was activated, readable or not. */
export function hasIdentity(folder: string): boolean {
  return existsSync(identityPath(folder));
}

/** What is public of an identity; null before activation. Throws `settings-unreadable`, naming the file. */
export function readIdentityFile(folder: string): IdentityFile | null {
  const path = identityPath(folder);
  const text = readTextFile(path);
  if (text === null) return null;
  try {
    return identityFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: firstLine(error) }, error);
  }
}

/**
 * Null before activation. Throws `settings-unreadable`, naming the file, and `data-folder-copied` on a PC or for a
 * user that it wasn't made for; nothing is overwritten.
 */
export function readIdentity(folder: string, host: HostSecrets = ANY_HOST): Identity | null {
  const file = readIdentityFile(folder);
  if (file === null) return null;
  const here = machineMark(host, file.certified.terminalId);
  const there = file.machine ?? null;
  if (there !== null && here !== null && there !== here)
    throw new FaultError('data-folder-copied', { path: folder });
  // A stop between certificate and key leaves the new epoch's key under its own name.
  for (const path of [keyPath(folder), newKeyPath(folder)]) {
    const key = readKey(path, host);
    if (key !== null && rawEd25519PublicKey(key) === file.certified.publicKey) return { ...file, key };
  }
  throw new FaultError('settings-unreadable', {
    path: keyPath(folder),
    problem: 'the terminal key is missing',
  });
}

export function writeIdentity(folder: string, file: IdentityFile, host: HostSecrets = ANY_HOST): void {
  const machine = machineMark(host, file.certified.terminalId);
  writeFileDurably(identityPath(folder), `${JSON.stringify({ ...file, machine }, null, 2)}\n`);
}

/** The key in its file; null if there is none. A plain one is sealed as soon as there is a seal. */
function readKey(path: string, { seal }: HostSecrets): KeyObject | null {
  const text = readTextFile(path);
  if (text === null) return null;
  if (!isSealed(text)) {
    const key = openKey(path, text);
    if (seal !== null) writeFileDurably(path, sealText(seal, KEY_PURPOSE, text));
    return key;
  }
  const pem = seal === null ? null : unsealText(seal, KEY_PURPOSE, text);
  if (pem === null) throw new FaultError('data-folder-copied', { path });
  return openKey(path, pem);
}

function openKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new FaultError('settings-unreadable', { path, problem: firstLine(error) }, error);
  }
}

/**
 * The terminal's Ed25519 key, made once and kept before anything is sent, so that an activation whose answer was
 * lost can be asked for again with the same key.
 */
export function ensureTerminalKey(folder: string, host: HostSecrets = ANY_HOST): KeyObject {
  return ensureKey(keyPath(folder), host);
}

/** The key of the epoch that a restore opens, kept for the same reason until `takeNewKey`. */
export function ensureNewKey(folder: string, host: HostSecrets = ANY_HOST): KeyObject {
  return ensureKey(newKeyPath(folder), host);
}

/** The new epoch's key is the terminal's from now on. Call when its certificate is written. */
export function takeNewKey(folder: string): void {
  renameSync(newKeyPath(folder), keyPath(folder));
}

function ensureKey(path: string, host: HostSecrets): KeyObject {
  const present = readKey(path, host);
  if (present !== null) return present;
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeFileDurably(path, host.seal === null ? pem : sealText(host.seal, KEY_PURPOSE, pem));
  return privateKey;
}

/** For `doctor`: how the terminal's key is kept. */
export type KeyStorage =
  | { readonly kept: 'none' }
  /** Only this user on this PC can open it. */
  | { readonly kept: 'sealed'; readonly path: string }
  /** The system has no secret store: whoever can read the file has the key. */
  | { readonly kept: 'file'; readonly path: string; readonly onlyOwner: boolean };

export function keyStorage(folder: string): KeyStorage {
  const path = keyPath(folder);
  const text = readTextFile(path);
  if (text === null) return { kept: 'none' };
  if (isSealed(text)) return { kept: 'sealed', path };
  // Windows has no such mode; its folders are the user's own.
  return {
    kept: 'file',
    path,
    onlyOwner: process.platform === 'win32' || (statSync(path).mode & 0o077) === 0,
  };
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).split('\n').slice(0, 3).join(' ');
  return error instanceof Error ? error.message : String(error);
}
