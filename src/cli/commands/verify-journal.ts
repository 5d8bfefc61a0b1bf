import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { ed25519PublicKey } from '../../contract/clearing/envelope.ts';
import { ed25519KeySchema } from '../../contract/clearing/protocol.ts';
import { headSchema, type Head } from '../../contract/journal/entry.ts';
import { verifyJournal, type Verified } from '../../terminal/journal/verify.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';

export const verifyJournalCommand: Command = {
  usage: 'verify-journal FILE [--root KEYFILE] [--head EPOCH:SEQ:HASH] [--archive FOLDER]',
  summary:
    'verifies a journal, a back-up, or an archive of old entries; FOLDER: where archives lie that the journal names; KEYFILE: clearing’s public key as PEM, or JSON with keyId and publicKey',
  run: (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['root', 'head', 'archive']);
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError('verify-journal takes one file');
    const root = values['root'] === undefined ? null : readRoot(values['root']);
    const head = values['head'] === undefined ? null : parseHead(values['head']);
    if (!existsSync(file)) throw new RunError(`there is no file ${file}`);
    const verified = verifyJournal(file, {
      root,
      head,
      archiveFolders: values['archive'] === undefined ? [] : [values['archive']],
    });
    stdout.write(`${printed(verified)}\n`);
    return Promise.resolve(verified.result === 'broken' ? 1 : 0);
  },
};

function printed(verified: Verified): string {
  if (verified.result === 'broken') {
    const { epoch, seq, what } = verified.first;
    return `broken: ${epoch === null || seq === null ? '' : `entry ${epoch}:${seq}: `}${what}`;
  }
  const { result, terminalId, entries, head } = verified;
  const last = head === null ? 'none' : `${head.epoch}:${head.seq}:${head.hash}`;
  return `${result}: terminal ${terminalId}, ${entries} entries, head ${last}`;
}

function parseHead(text: string): Head {
  const [epoch, seq, hash, ...rest] = text.split(':');
  const head = headSchema.safeParse({ epoch: Number(epoch), seq: Number(seq), hash });
  if (!head.success || rest.length > 0) throw new UsageError(`--head takes EPOCH:SEQ:HASH, not ${text}`);
  return head.data;
}

const namedKeySchema = z.object({ keyId: z.string(), publicKey: ed25519KeySchema });
const keyFileSchema = z.union([namedKeySchema, z.object({ rootKey: namedKeySchema })]);

/** A key file that names no key id stands for every id: the signature decides. */
class OneKey extends Map<string, KeyObject> {
  readonly key: KeyObject;
  constructor(key: KeyObject) {
    super();
    this.key = key;
  }
  override get(): KeyObject {
    return this.key;
  }
}

function readRoot(file: string): ReadonlyMap<string, KeyObject> {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN PUBLIC KEY-----')) return new OneKey(createPublicKey(text));
    const parsed = keyFileSchema.parse(JSON.parse(text));
    const { keyId, publicKey } = 'rootKey' in parsed ? parsed.rootKey : parsed;
    return new Map([[keyId, ed25519PublicKey(publicKey)]]);
  } catch (error) {
    throw new RunError(
      `${file} is no key file (PEM public key, or JSON with keyId and publicKey): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
