import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { chooseHosting, type CoreHosting } from './core-hosting.ts';
import { nodeHosting } from './node-hosting.ts';
import type { MainOptions } from './options.ts';
import { coreEnvironment } from './switches.ts';
import { utilityHosting } from './utility-hosting.ts';

/** The folder of the built app. */
export const BUILD = join(import.meta.dirname, '..');

type Log = (line: string) => void;

/** A file of the core's folder as a process: `entry` is the core, `step-back` what goes back to an older journal. */
function coreFile(
  file: 'entry' | 'step-back',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: Log,
): CoreHosting {
  const entry = join(BUILD, `core/${file}.js`).replace('app.asar', 'app.asar.unpacked');
  const command = { entry, args, env };
  if (chooseHosting(process.versions['napi']) === 'utility-process') return utilityHosting(command);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = app.isPackaged
    ? join(process.resourcesPath, 'node', name)
    : join(app.getAppPath(), 'node_modules/node/bin', name);
  if (!existsSync(node)) log(`this Electron's Node is too old for the core, and there is none at ${node}`);
  return nodeHosting(command, node);
}

/** Where the core runs; `seal` opens the terminal's key. */
export function coreHosting(
  { dataFolder, seedFile }: MainOptions,
  seal: string | null,
  log: Log,
): CoreHosting {
  const env = coreEnvironment(process.env);
  return coreFile(
    'entry',
    ['--data-folder', dataFolder, '--version', app.getVersion(), '--seed', seedFile],
    seal === null ? env : { ...env, VOUCHER_TERMINAL_SEAL: seal },
    log,
  );
}

/** The exit code of a process out of the core's folder; 1 where there is none. */
export function exitCodeOf(reason: string): number {
  return Number(/exit code (\d+)/.exec(reason)?.[1] ?? 1);
}

/** Runs what goes back to the journal that an older version can read; its exit code. */
export async function runStepBack(dataFolder: string, journalVersion: number, log: Log): Promise<number> {
  const args = ['--data-folder', dataFolder, '--journal-version', String(journalVersion)];
  const host = coreFile('step-back', args, coreEnvironment(process.env), log);
  return new Promise((done) => {
    host.start(
      [],
      () => undefined,
      (reason) => done(exitCodeOf(reason)),
    );
  });
}
