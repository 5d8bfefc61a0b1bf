import { copyFileSync, fsyncSync, openSync, closeSync, renameSync, rmSync } from 'node:fs';
import { DebUpdater, NsisUpdater } from 'electron-updater';
import type { UpdateAttempt } from '../contract/terminal/update-record.ts';
import { appImagePath, installation, publishers } from './installation.ts';

/** Installs a package that is on this PC already, in the same way and with the same rights as a fetched one. */
interface PutBack {
  /** Throws where the system doesn't let it. */
  putBack(): void;
}

/** What `shell: true` in electron-updater can't turn into something else. */
const PLAIN_PATH = /^[\w./~+:\\ -]+$/;

class KeptDeb extends DebUpdater implements PutBack {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  protected override get installerPath(): string {
    return this.#file;
  }

  putBack(): void {
    const problems: Error[] = [];
    this.once('error', (error) => problems.push(error));
    const done = this.doInstall({ isSilent: true, isForceRunAfter: false, isAdminRightsRequired: true });
    if (!done) throw problems[0] ?? new Error('the package was not installed');
  }
}

class KeptNsis extends NsisUpdater implements PutBack {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  protected override get installerPath(): string {
    return this.#file;
  }

  /** The installer ends this program and starts the other one by itself. */
  putBack(): void {
    this.doInstall({ isSilent: true, isForceRunAfter: true, isAdminRightsRequired: true });
  }

  /** Whoever can write the data folder could have put another program there: the publisher vouches for it again. */
  refusal(): Promise<string | null> {
    return this.verifyUpdateCodeSignature([...publishers()], this.#file);
  }
}

/** The file is whole at its place or the one before stays: a power cut leaves a program that starts. */
function swapAppImage(file: string, running: string, installedAs: string): void {
  const fresh = `${installedAs}.new`;
  copyFileSync(file, fresh);
  const written = openSync(fresh, 'r+');
  fsyncSync(written);
  closeSync(written);
  renameSync(fresh, installedAs);
  // electron-updater names the file for its version.
  if (installedAs !== running) {
    rmSync(running, { force: true });
    process.env['APPIMAGE'] = installedAs;
  }
}

/**
 * Puts the version before in the place of this one. `restart`: start it; `wait`: the installer does. Throws where
 * the system doesn't let it.
 */
export async function putBack(file: string, { installedAs }: UpdateAttempt): Promise<'restart' | 'wait'> {
  const running = appImagePath();
  if (running !== null) {
    swapAppImage(file, running, installedAs ?? running);
    return 'restart';
  }
  if (!PLAIN_PATH.test(file)) throw new Error(`a path that no shell may see: ${file}`);
  switch (installation()) {
    case 'deb':
      new KeptDeb(file).putBack();
      return 'restart';
    case 'nsis': {
      const kept = new KeptNsis(file);
      const refusal = await kept.refusal();
      if (refusal !== null) throw new Error(`the publisher doesn't vouch for the package: ${refusal}`);
      kept.putBack();
      return 'wait';
    }
    case 'appimage':
    case null:
      throw new Error('this kind of installation is not replaced by the program');
  }
}
