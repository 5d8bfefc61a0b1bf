import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/**
 * A clean machine that is a folder: dpkg installs into it and runs the package's own scripts, told by DPKG_ROOT where
 * they are, so that this PC stays as it was.
 */
export interface DebMachine {
  readonly root: string;
  readonly data: string;
  readonly seedFile: string;
  readonly executable: string;
  /** A folder for PATH, in which `dpkg` means this machine's. */
  readonly binaries: string;
  dpkg(...args: readonly string[]): void;
  /** Version and state of the installed package. */
  installed(): string;
}

export function debMachine(root: string): DebMachine {
  mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/updates'));
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  writeFileSync(join(root, 'var/lib/dpkg/available'), '');
  const forced = ['script-chrootless', 'depends', 'not-root', 'bad-path', 'unsafe-io'];
  const options = [
    `--admindir=${root}/var/lib/dpkg`,
    `--instdir=${root}`,
    ...forced.map((what) => `--force-${what}`),
  ];
  const binaries = `${root}.bin`;
  mkdirSync(binaries);
  const dpkg = join(binaries, 'dpkg');
  writeFileSync(dpkg, `#!/bin/sh\nexec /usr/bin/dpkg ${options.join(' ')} "$@"\n`);
  chmodSync(dpkg, 0o755);
  return {
    root,
    data: join(root, 'var/lib/voucher-terminal'),
    seedFile: join(root, 'etc/voucher-terminal/seed.json'),
    executable: join(root, 'opt/voucher-terminal/voucher-terminal'),
    binaries,
    dpkg(...args) {
      const run = spawnSync(dpkg, args, { encoding: 'utf8' });
      expect(run.status, run.stdout + run.stderr).toBe(0);
    },
    installed() {
      const query = ['-W', '-f=${Version} ${db:Status-Status}', 'voucher-terminal'];
      return spawnSync('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, ...query], { encoding: 'utf8' })
        .stdout;
    },
  };
}
