import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the system of the window under test shows a stick; nothing of it outside. */
export const STICK = '/mnt/STICK';

const NAMESPACE = ['unshare', '-U', '-r', '-m'] as const;

/** True where this user may mount a file system of their own: not in every container. */
export function canMountStick(): boolean {
  const [command, ...args] = [...NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  return spawnSync(command, args).status === 0;
}

/**
 * A command that starts `executable` on a machine with a USB stick in it: a file system of its own below /mnt that
 * only that program sees. Made inside `folder`.
 */
export function withStick(executable: string, folder: string): string {
  const command = join(folder, 'with-stick.sh');
  const inside = `mount -t tmpfs -o size=32m tmpfs /mnt && mkdir ${STICK} && exec "$0" "$@"`;
  writeFileSync(
    command,
    `#!/bin/sh\nexec ${NAMESPACE.join(' ')} sh -c '${inside}' '${executable}' --no-sandbox "$@"\n`,
  );
  chmodSync(command, 0o755);
  return command;
}

/** The names of what a process finds on its stick. */
export const onStick = (pid: number): readonly string[] => readdirSync(`/proc/${String(pid)}/root${STICK}`);
