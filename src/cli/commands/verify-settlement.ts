import { readFileSync } from 'node:fs';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import { verifySettlementFile } from '../../contract/clearing/settlement-file.ts';
import { fen, formatYuan } from '../../domain/money.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';
import { readRootKey } from '../root-key.ts';

export const verifySettlementCommand: Command = {
  usage: 'verify-settlement FILE --root KEYFILE [--signature SIGFILE]',
  summary: 'verifies a settlement file against clearing’s signature; SIGFILE: FILE.sig.json if left out',
  run: (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['root', 'signature']);
    const [file, ...rest] = positionals;
    const { root, signature = `${file ?? ''}.sig.json` } = values;
    if (file === undefined || root === undefined || rest.length > 0)
      throw new UsageError('verify-settlement takes one file and --root');
    const keys = readRootKey(root);
    const seal = envelopeSchema.safeParse(JSON.parse(readText(signature).toString('utf8')));
    if (!seal.success) throw new RunError(`${signature} is no signature file`);
    const verified = verifySettlementFile(readText(file), seal.data, keys);
    if (!verified.ok) {
      stdout.write(`broken: ${verified.reason}: ${verified.detail}\n`);
      return Promise.resolve(1);
    }
    const { settlementDay, scope, subject, control } = verified.seal;
    stdout.write(
      `ok: ${settlementDay}, ${scope} ${subject}: ${control.lines} lines, ${formatYuan(fen(control.netFen))} yuan\n`,
    );
    return Promise.resolve(0);
  },
};

function readText(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new RunError(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
