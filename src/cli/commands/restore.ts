import { restorePlan, restoreTerminal } from '../../terminal/care/restore.ts';
import { FaultError } from '../../terminal/fault-error.ts';
import { ANY_HOST } from '../../terminal/identity.ts';
import { readSettings } from '../../terminal/settings.ts';
import { RunError, UsageError, type Command } from '../command.ts';
import { readArgs } from '../options.ts';

const NONE = 'none';

/** The newest back-up that the folder knows of. */
function newest(folder: string): string {
  const [first] = restorePlan(folder, null).backUps;
  if (first === undefined)
    throw new RunError(
      'there is no back-up: name one with --from FILE, or restore from what is left with --from none',
    );
  return first.path;
}

export const restoreCommand: Command = {
  usage: 'restore --data-folder DIR --activation-code CODE [--from FILE|none]',
  summary:
    'opens a new epoch of a stopped terminal from a back-up (default: the newest), its tail log and clearing’s copy; old files are kept aside',
  run: async (args, { stdout }) => {
    const { values, positionals } = readArgs(args, ['data-folder', 'activation-code', 'from']);
    const { 'data-folder': folder, 'activation-code': activationCode, from } = values;
    if (folder === undefined || activationCode === undefined || positionals.length > 0)
      throw new UsageError('restore takes --data-folder and --activation-code');
    try {
      const backUpPath = from === NONE ? null : (from ?? newest(folder));
      const restored = await restoreTerminal({
        folder,
        activationCode,
        backUpPath,
        softwareVersion: 'cli',
        host: ANY_HOST,
        transport: readSettings(folder).clearing,
      });
      stdout.write(`${JSON.stringify(restored)}\n`);
      return 0;
    } catch (error) {
      if (error instanceof FaultError)
        throw new RunError(`${error.fault.code} ${JSON.stringify(error.fault.params)}`);
      throw error;
    }
  },
};
