import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { headSchema, type Head } from '../../contract/journal/entry.ts';
import { isArchiveFile } from '../../terminal/journal/archive-file.ts';
import { verifyExport, type VerifiedExport } from '../../terminal/journal/verify-export.ts';
import { verifyJournal, type Verified } from '../../terminal/journal/verify.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';
import { readRootKey } from '../root-key.ts';

export const verifyJournalCommand: Command = {
  usage: 'verify-journal FILE [--root KEYFILE] [--head EPOCH:SEQ:HASH] [--archive FOLDER]',
  summary:
    'verifies a journal, a back-up, clearing’s export of one, or an archive of old entries; FOLDER: where archives lie that the journal names; KEYFILE: clearing’s public key as PEM, or JSON with keyId and publicKey',
  run: async (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['root', 'head', 'archive']);
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new UsageError('verify-journal takes one file');
    const root = values['root'] === undefined ? null : readRootKey(values['root']);
    const head = values['head'] === undefined ? null : parseHead(values['head']);
    if (!existsSync(file)) throw new RunError(`there is no file ${file}`);
    const archiveFolders = values['archive'] === undefined ? [] : [values['archive']];
    const verified =
      isDatabase(file) || isArchiveFile(file)
        ? verifyJournal(file, { root, head, archiveFolders })
        : await verifyExport(file, { root, head });
    stdout.write(`${printed(verified)}\n`);
    return verified.result === 'broken' ? 1 : 0;
  },
};

/** A terminal's journal is a database; archives and what clearing exports are text, and begin with a brace. */
function isDatabase(file: string): boolean {
  const start = Buffer.alloc(1);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start, 0, start.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return !start.toString('latin1').startsWith('{');
}

function printed(verified: Verified | VerifiedExport): string {
  if (verified.result === 'broken') {
    const { epoch, seq, what } = verified.first;
    return `broken: ${epoch === null || seq === null ? '' : `entry ${epoch}:${seq}: `}${what}`;
  }
  const { result, terminalId, entries, head } = verified;
  const last = head === null ? 'none' : `${head.epoch}:${head.seq}:${head.hash}`;
  const aside =
    'quarantined' in verified && verified.quarantined > 0 ? `, ${verified.quarantined} in quarantine` : '';
  return `${result}: terminal ${terminalId}, ${entries} entries${aside}, head ${last}`;
}

function parseHead(text: string): Head {
  const [epoch, seq, hash, ...rest] = text.split(':');
  const head = headSchema.safeParse({ epoch: Number(epoch), seq: Number(seq), hash });
  if (!head.success || rest.length > 0) throw new UsageError(`--head takes EPOCH:SEQ:HASH, not ${text}`);
  return head.data;
}
