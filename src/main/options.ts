import { join, resolve } from 'node:path';

export interface MainOptions {
  /** The folder of everything that this terminal keeps. */
  readonly dataFolder: string;
}

/** `--data-folder=PATH`, else the folder that the system gives an app for its data. */
export function parseOptions(argv: readonly string[], appData: string): MainOptions {
  const prefix = '--data-folder=';
  const given = argv.find((argument) => argument.startsWith(prefix));
  return { dataFolder: resolve(given?.slice(prefix.length) ?? join(appData, 'voucher-terminal')) };
}
