import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { atDisk } from '../life-signs.ts';

function flush(path: string, flags: 'r' | 'r+'): void {
  const fd = openSync(path, flags);
  try {
    atDisk(() => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  // Windows can't open a folder; NTFS journals its names by itself.
  if (process.platform === 'win32') return;
  flush(folder, 'r');
}

/** Makes a file durable and only then gives it its name, in the same folder: it is there whole or not at all. */
export function nameDurably(unfinished: string, file: string): void {
  flush(unfinished, 'r+');
  renameSync(unfinished, file);
  syncFolder(dirname(file));
}
