import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Finding } from '../../contract/terminal/calls-devices.ts';
import type { DeviceSettings } from '../../contract/terminal/device-settings.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { faultOf } from '../fault-error.ts';
import { keyStorage, readIdentityFile } from '../identity.ts';
import { FOUND_BREAK, foundBreak } from '../journal/background-check.ts';
import { asJournalError } from '../journal/errors.ts';
import { checkDatabaseVersion } from '../journal/migrate.ts';
import { standInForYounger } from '../journal/older.ts';
import { FILES } from '../journal/storage.ts';
import { readSettings } from '../settings.ts';
import { updateFacts } from '../support/diagnosis-facts.ts';
import { CLOCK_SKEW } from '../sync/clock.ts';
import { diagnose, type DiagnosisFacts } from './diagnose.ts';
import { diskFacts, runtimeFacts } from './facts.ts';
import { superviseDevices } from './supervisor.ts';

/** Long enough to open what is plugged in: ports are listed once a second at least. */
const DEVICES_SETTLE_MS = 1500;
const CLEARING_TIMEOUT_MS = 5000;

/**
 * The same diagnosis without a running terminal: opens nothing for writing and changes nothing, so that it may
 * run beside a terminal at work (whose devices are then held, and said to be).
 */
export async function examineFolder(folder: string): Promise<readonly Finding[]> {
  const [runtime, clearing, devices] = await Promise.all([
    runtimeFacts(),
    clearingFacts(folder),
    deviceFacts(folder),
  ]);
  const { database, keptSkewMs, pendingCount } = databaseFacts(folder);
  const skewMs = clearing?.skewMs ?? keptSkewMs;
  return diagnose({
    runtime,
    database,
    clock: { trusted: true, skewMs },
    clearing: clearing === null ? null : { url: clearing.url, connection: clearing.connection, pendingCount },
    ...devices,
    disk: diskFacts(folder),
    key: keyStorage(folder),
    update: updateFacts(folder),
  });
}

interface DatabaseLook {
  readonly database: DiagnosisFacts['database'];
  readonly keptSkewMs: number | null;
  readonly pendingCount: number;
}

function databaseFacts(folder: string): DatabaseLook {
  const file = join(folder, FILES.database);
  if (!existsSync(file)) return { database: { state: 'none' }, keptSkewMs: null, pendingCount: 0 };
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 2000 });
    try {
      checkDatabaseVersion(db);
      const checked: unknown = db.pragma('quick_check(1)', { simple: true });
      if (checked !== 'ok') return broken({ code: 'database-damaged', params: {} });
      standInForYounger(db);
      const number = (query: string): number => Number(db.prepare(query).pluck().get() ?? 0);
      const setting = db.prepare('SELECT value FROM settings WHERE name = ?').pluck();
      const skew = setting.get(CLOCK_SKEW);
      const kept = setting.get(FOUND_BREAK);
      const fault = foundBreak(typeof kept === 'string' ? kept : null);
      return {
        database:
          fault === null
            ? {
                state: 'ok',
                entries: number('SELECT count(*) FROM entries'),
                sizeBytes: statSync(file).size,
              }
            : { state: 'broken', fault },
        keptSkewMs: typeof skew === 'string' ? Number(skew) : null,
        pendingCount: number('SELECT redemptions FROM waiting'),
      };
    } finally {
      db.close();
    }
  } catch (error) {
    const known = asJournalError(error);
    return broken(known === null ? faultOf(error) : { code: known.fault.code, params: {} });
  }
}

function broken(fault: Fault): DatabaseLook {
  return { database: { state: 'fault', fault }, keptSkewMs: null, pendingCount: 0 };
}

/** Any answer at all is a connection; its date tells the clock's error, to a second. Null before activation. */
async function clearingFacts(folder: string): Promise<{
  readonly url: string;
  readonly connection: 'online' | 'offline';
  readonly skewMs: number | null;
} | null> {
  const url = clearingUrl(folder);
  if (url === null) return null;
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(CLEARING_TIMEOUT_MS) });
    const dateMs = Date.parse(answer.headers.get('date') ?? '');
    return { url, connection: 'online', skewMs: Number.isNaN(dateMs) ? null : Date.now() - dateMs };
  } catch {
    return { url, connection: 'offline', skewMs: null };
  }
}

function clearingUrl(folder: string): string | null {
  try {
    return readIdentityFile(folder)?.clearingUrl ?? null;
  } catch {
    // A broken identity keeps the terminal from starting at all, and its screen says so.
    return null;
  }
}

async function deviceFacts(
  folder: string,
): Promise<{ readonly devices: readonly Device[]; readonly printerProblem: Fault | null }> {
  const settings: DeviceSettings = readSettings(folder).devices;
  const supervisor = superviseDevices({
    settings,
    onScan: () => undefined,
    onChange: () => undefined,
  });
  const [printer] = await Promise.all([printerFacts(settings), setTimeout(DEVICES_SETTLE_MS)]);
  const devices = supervisor.devices();
  await supervisor.stop();
  return { devices: [...devices, ...printer.devices], printerProblem: printer.problem };
}

async function printerFacts({
  printer,
}: DeviceSettings): Promise<{ readonly devices: readonly Device[]; readonly problem: Fault | null }> {
  if (printer.connection.type === 'none') return { devices: [], problem: null };
  const { describePrinter, probePrinter } = await import('./printer.ts');
  return { devices: [describePrinter(printer)], problem: await probePrinter(printer) };
}
