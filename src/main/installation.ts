import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { publishersOf } from './publishers.ts';

/** The ways in which this program is installed that can be replaced by the program itself. */
export type Installation = 'appimage' | 'deb' | 'nsis';

function resource(name: string): string {
  try {
    return readFileSync(join(process.resourcesPath, name), 'utf8');
  } catch {
    return '';
  }
}

/** The path of the AppImage that runs; null for everything else. */
export function appImagePath(): string | null {
  return process.platform === 'linux' ? (process.env['APPIMAGE'] ?? null) : null;
}

/** Who may have signed a package for Windows; none: nobody vouches for one. */
export function publishers(): readonly string[] {
  return publishersOf(resource('app-update.yml'));
}

/**
 * Null where the program can't replace itself: a plain folder, and a Windows build without a publisher, whose
 * packages nothing would vouch for. The publisher and the kind stand in files that were installed together with the
 * program, not in anything that a feed says.
 */
export function installation(): Installation | null {
  if (appImagePath() !== null) return 'appimage';
  if (process.platform === 'linux' && resource('package-type').trim() === 'deb') return 'deb';
  if (process.platform === 'win32' && publishers().length > 0) return 'nsis';
  return null;
}

/** Ends this process and starts the program anew with the same arguments, from where it is installed now. */
export function startAnew(): void {
  const args = process.argv.slice(1);
  app.relaunch({ args, execPath: appImagePath() ?? process.execPath });
  app.exit(0);
}
