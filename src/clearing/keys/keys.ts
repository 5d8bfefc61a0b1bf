import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { rawEd25519PublicKey } from '../../contract/clearing/envelope.ts';

/** Clearing's secrets: they live in one file of mode 0600, shared by all nodes, never in the database. */
export interface ClearingKeys {
  /** Signs envelopes; terminals pin its public half at activation. */
  readonly root: { readonly keyId: string; readonly key: KeyObject; readonly publicKey: string };
  readonly issuers: readonly IssuerKey[];
  /** Turns a person's identity into the pseudonym that grants carry. */
  readonly personSecret: Buffer;
  /** AES-256 key of the personal data in car papers. */
  readonly papersKey: Buffer;
}

export interface IssuerKey {
  readonly number: number;
  readonly algorithm: 'ed25519';
  readonly key: KeyObject;
  /** base64url, raw. */
  readonly publicKey: string;
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/** A grant names its key in two bytes; a number is never used again. */
const MAX_ISSUER_NUMBER = 65_535;

const secretSchema = z.string().min(1);
const fileSchema = z.object({
  root: z.object({ keyId: z.string(), pkcs8: secretSchema }),
  issuers: z.array(
    z.object({
      number: z.int().min(1).max(MAX_ISSUER_NUMBER),
      pkcs8: secretSchema,
      validFromMs: z.int(),
      validUntilMs: z.int(),
    }),
  ),
  personSecret: secretSchema,
  papersKey: secretSchema,
});
type KeyFile = z.infer<typeof fileSchema>;

/** Issuer keys made here are good for ten years from 2020-01-01, so that demonstrations may set any clock. */
const ISSUER_FROM_MS = Date.UTC(2020, 0, 1);
const ISSUER_UNTIL_MS = Date.UTC(2040, 0, 1);

function newPkcs8(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

function readPkcs8(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
}

function newKeyFile(): KeyFile {
  return {
    root: { keyId: `root-${randomBytes(4).toString('hex')}`, pkcs8: newPkcs8() },
    issuers: [{ number: 1, pkcs8: newPkcs8(), validFromMs: ISSUER_FROM_MS, validUntilMs: ISSUER_UNTIL_MS }],
    personSecret: randomBytes(32).toString('base64'),
    papersKey: randomBytes(32).toString('base64'),
  };
}

function readKeyFile(file: KeyFile): ClearingKeys {
  const rootKey = readPkcs8(file.root.pkcs8);
  return {
    root: { keyId: file.root.keyId, key: rootKey, publicKey: rawEd25519PublicKey(rootKey) },
    issuers: file.issuers.map(({ number, pkcs8, validFromMs, validUntilMs }) => {
      const key = readPkcs8(pkcs8);
      return {
        number,
        algorithm: 'ed25519',
        key,
        publicKey: rawEd25519PublicKey(key),
        validFromMs,
        validUntilMs,
      };
    }),
    personSecret: Buffer.from(file.personSecret, 'base64'),
    papersKey: Buffer.from(file.papersKey, 'base64'),
  };
}

/**
 * Adds a new issuer key to an existing key file; every node takes it up at its next start and issues under it.
 * Gives back its number. Throws when the file is missing or damaged.
 */
export function addIssuerKey(file: string): number {
  const found = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const number = Math.max(...found.issuers.map((issuer) => issuer.number)) + 1;
  if (number > MAX_ISSUER_NUMBER) throw new Error('all numbers of issuer keys are used up');
  const issuer = { number, pkcs8: newPkcs8(), validFromMs: ISSUER_FROM_MS, validUntilMs: ISSUER_UNTIL_MS };
  const text = JSON.stringify({ ...found, issuers: [...found.issuers, issuer] }, null, 2);
  // Whoever reads it meanwhile reads the old file or the new one, never half of it.
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return number;
}

/** Fresh keys that are kept nowhere: for tests and simulation. */
export function createKeys(): ClearingKeys {
  return readKeyFile(newKeyFile());
}

/** Reads the key file, or makes it at the first start. Throws when an existing file is damaged: it is never replaced. */
export function loadKeys(file: string): ClearingKeys {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(newKeyFile(), null, 2), { mode: 0o600, flag: 'wx' });
  }
  chmodSync(file, 0o600);
  return readKeyFile(fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
}
