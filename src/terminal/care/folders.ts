import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { nameDurably } from '../journal/flush.ts';

export interface FileView {
  readonly path: string;
  readonly sizeBytes: number;
  readonly atMs: number;
}

export function fileView(path: string): FileView {
  const { size, mtimeMs } = statSync(path);
  return { path, sizeBytes: size, atMs: Math.floor(mtimeMs) };
}

/** Files of a folder whose name fits, newest first; none if the folder isn't there or can't be read. */
export function listFiles(folder: string, fits = /^[^.]/): readonly FileView[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => fits.test(name))
    .flatMap((name) => {
      try {
        return statSync(join(folder, name)).isFile() ? [fileView(join(folder, name))] : [];
      } catch {
        // Gone between listing and looking.
        return [];
      }
    })
    .toSorted((a, b) => b.atMs - a.atMs || (a.path < b.path ? 1 : -1));
}

/** A time as part of a file name that sorts like the time. */
export const stamp = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[:.]/g, '-');

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Copies a file under its name into a folder; it gets the name once it was read back equal. Throws what the disk says. */
export async function copyVerified(file: string, folder: string, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, name);
  const partial = `${target}.partial`;
  try {
    await copyFile(file, partial);
    if ((await digest(partial)) !== (await digest(file)))
      throw new Error('the copy differs from the original');
    // In a thread: a stick takes its time, and the counter doesn't wait for it.
    const handle = await open(partial, 'r+');
    await handle.sync().finally(() => handle.close());
    nameDurably(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  return target;
}

const MOUNT_ROOTS = ['/media', '/run/media', '/mnt', '/Volumes'];
const DRIVES = 'DEFGHIJKLMNOPQRSTUVWXYZ';

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

/** Folders on which something can be taken away: where systems show sticks and other disks. */
export function takeAwayFolders(): readonly { readonly path: string; readonly freeBytes: number }[] {
  const found =
    process.platform === 'win32'
      ? Array.from(DRIVES, (letter) => `${letter}:\\`)
      : MOUNT_ROOTS.flatMap((root) => subfolders(root).flatMap((one) => [one, ...subfolders(one)]));
  const here = process.platform === 'win32' ? null : statSync('/').dev;
  return found.flatMap((path) => {
    try {
      // A folder of the system's own disk is no place to take something away on.
      if (statSync(path).dev === here) return [];
      const { bavail, bsize } = statfsSync(path);
      return [{ path, freeBytes: bavail * bsize }];
    } catch {
      return [];
    }
  });
}
