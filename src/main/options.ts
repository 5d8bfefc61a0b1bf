import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';

export interface MainOptions {
  /** The folder of everything that this terminal keeps. */
  readonly dataFolder: string;
  /** The installer's seed file, whether it is there or not. */
  readonly seedFile: string;
  /** `check`: only look at the seed file; `setup`: set up from it without a window. The exit code says how it went. */
  readonly mode: 'window' | 'check' | 'setup';
}

/** What the options are read from. */
export interface MainSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that the system gives this user's programs for their data. */
  readonly appData: string;
  readonly mayWrite: (folder: string) => boolean;
}

/** True for a folder that exists and that this user may write into. */
export function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What an installer makes for the whole PC: where the journal lies whoever sits there, and where a seed waits. */
function machineFolders({ platform, env }: MainSurroundings): {
  readonly data: string;
  readonly config: string;
} {
  if (platform !== 'win32') return { data: '/var/lib/voucher-terminal', config: '/etc/voucher-terminal' };
  const base = join(env['ProgramData'] ?? 'C:\\ProgramData', 'Voucher Terminal');
  return { data: join(base, 'data'), config: base };
}

/**
 * `--data-folder=PATH`, else the machine's folder if the installer made one that this user may write into, else
 * the user's own. `--seed=FILE` names another seed file; `--check-seed` and `--setup` run without a window.
 */
export function parseOptions(argv: readonly string[], around: MainSurroundings): MainOptions {
  const value = (name: string): string | undefined => {
    const prefix = `--${name}=`;
    return argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
  };
  const machine = machineFolders(around);
  const usual = around.mayWrite(machine.data) ? machine.data : join(around.appData, 'voucher-terminal');
  return {
    dataFolder: resolve(value('data-folder') ?? usual),
    seedFile: resolve(value('seed') ?? join(machine.config, 'seed.json')),
    mode: argv.includes('--check-seed') ? 'check' : argv.includes('--setup') ? 'setup' : 'window',
  };
}
