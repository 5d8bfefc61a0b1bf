import { MAX_REQUEST_SKEW_S } from '../../contract/clearing/protocol.ts';
import type { Finding } from '../../contract/terminal/calls-devices.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { Device, SyncState } from '../../contract/terminal/state.ts';
import type { KeyStorage } from '../identity.ts';
import type { UpdateFacts } from '../support/diagnosis-facts.ts';

/** Everything that the diagnosis looks at, gathered by the running core or by `cli doctor`. */
export interface DiagnosisFacts {
  readonly runtime: {
    readonly node: string;
    /** Node-API version; the database needs {@link NEEDED_NAPI}. */
    readonly napi: number;
    /** Drivers that could not be loaded. */
    readonly missingDrivers: readonly string[];
  };
  readonly database:
    | { readonly state: 'none' }
    | { readonly state: 'fault'; readonly fault: Fault }
    /** It is open and works, but the check of the whole journal found a break. */
    | { readonly state: 'broken'; readonly fault: Fault }
    | { readonly state: 'ok'; readonly entries: number; readonly sizeBytes: number };
  readonly clock: {
    readonly trusted: boolean;
    /** Machine's clock minus clearing's; null if they were never compared. */
    readonly skewMs: number | null;
  };
  /** Null before activation. */
  readonly clearing: {
    readonly url: string;
    readonly connection: SyncState['connection'];
    readonly pendingCount: number;
  } | null;
  readonly devices: readonly Device[];
  /** What asking the printer brought up; null: nothing wrong, or there is none. */
  readonly printerProblem: Fault | null;
  readonly disk: { readonly freeBytes: number; readonly folder: string };
  readonly key: KeyStorage;
  readonly update: UpdateFacts;
}

/** better-sqlite3 13 is built against Node-API 10 (Node 22.14, Electron 35). */
export const NEEDED_NAPI = 10;
/** Clearing refuses requests that are further off; half of it is time to act. Milliseconds. */
const CLOCK_FAIL_MS = MAX_REQUEST_SKEW_S * 1000;
const CLOCK_WARN_MS = CLOCK_FAIL_MS / 2;
/** A busy store writes about 1 MB of journal a day, a back-up each day as much again. */
const DISK_WARN_BYTES = 1_073_741_824;
const DISK_FAIL_BYTES = 104_857_600;

/** One line for each thing that a counter needs: is it well, and if not, which sentence says what to do. */
export function diagnose(facts: DiagnosisFacts): readonly Finding[] {
  return [
    runtime(facts),
    database(facts),
    key(facts),
    clock(facts),
    clearing(facts),
    diagnoseScanners(facts.devices),
    printer(facts),
    disk(facts),
    update(facts),
  ];
}

function finding(
  check: Finding['check'],
  level: Finding['level'],
  code: string,
  params: Finding['params'] = {},
): Finding {
  return { check, level, code, params };
}

function runtime({ runtime: { node, napi, missingDrivers } }: DiagnosisFacts): Finding {
  if (napi < NEEDED_NAPI) return finding('runtime', 'fail', 'runtime-too-old', { node });
  if (missingDrivers.length > 0)
    return finding('runtime', 'warn', 'runtime-driver-missing', { drivers: missingDrivers.join(', ') });
  return finding('runtime', 'ok', 'runtime-ok', { node });
}

function database({ database: found }: DiagnosisFacts): Finding {
  switch (found.state) {
    case 'none':
      return finding('database', 'warn', 'database-none');
    case 'fault':
      return finding('database', 'fail', 'database-fault', {
        ...found.fault.params,
        fault: found.fault.code,
      });
    case 'broken':
      return finding('database', 'fail', 'database-broken', found.fault.params);
    case 'ok': {
      const { entries, sizeBytes } = found;
      return finding('database', 'ok', 'database-ok', {
        entries,
        megabytes: Math.ceil(sizeBytes / 1_048_576),
      });
    }
  }
}

function key({ key: storage }: DiagnosisFacts): Finding {
  switch (storage.kept) {
    case 'none':
      return finding('key', 'warn', 'key-none');
    case 'sealed':
      return finding('key', 'ok', 'key-sealed');
    case 'file':
      return storage.onlyOwner
        ? finding('key', 'warn', 'key-in-file', { path: storage.path })
        : finding('key', 'fail', 'key-open', { path: storage.path });
  }
}

function update({ update: facts }: DiagnosisFacts): Finding {
  if (facts.state === 'off') return finding('update', 'ok', 'update-off');
  if (facts.state === 'unreadable') return finding('update', 'warn', 'update-unreadable');
  const { attempt, problem, kept } = facts.record;
  if (problem !== null) {
    const { version, reason, why } = problem;
    if (reason === 'no-way-back') return finding('update', 'fail', 'update-no-way-back', { version, why });
    if (reason === 'rolled-back') return finding('update', 'warn', 'update-rolled-back', { version });
    return finding('update', 'warn', 'update-failed', { version, reason });
  }
  if (attempt !== null) {
    const { to: version, starts } = attempt;
    return finding('update', 'warn', 'update-trying', { version, starts });
  }
  return kept === null
    ? finding('update', 'ok', 'update-nothing-kept')
    : finding('update', 'ok', 'update-ready', { version: kept.version });
}

function clock({ clock: { trusted, skewMs } }: DiagnosisFacts): Finding {
  const seconds = skewMs === null ? 0 : Math.round(Math.abs(skewMs) / 1000);
  const direction = (skewMs ?? 0) < 0 ? 'behind' : 'ahead';
  if (!trusted || (skewMs !== null && Math.abs(skewMs) >= CLOCK_FAIL_MS))
    return finding('clock', 'fail', 'clock-wrong', { seconds, direction });
  if (skewMs === null) return finding('clock', 'warn', 'clock-unchecked');
  const code = Math.abs(skewMs) >= CLOCK_WARN_MS ? 'clock-off' : 'clock-ok';
  return finding('clock', code === 'clock-ok' ? 'ok' : 'warn', code, { seconds, direction });
}

function clearing({ clearing: found }: DiagnosisFacts): Finding {
  if (found === null) return finding('clearing', 'warn', 'clearing-none');
  const { url, connection, pendingCount } = found;
  switch (connection) {
    case 'online':
      return finding('clearing', 'ok', 'clearing-ok', { url, pendingCount });
    case 'refused':
      return finding('clearing', 'fail', 'clearing-refused', { url });
    case 'offline':
    case 'connecting':
      return finding('clearing', 'warn', 'clearing-unreachable', { url, pendingCount });
  }
}

const SCANNER_FINDINGS: Readonly<Record<Device['status'], readonly [Finding['level'], string]>> = {
  open: ['ok', 'scanner-ok'],
  searching: ['fail', 'scanner-missing'],
  'keyboard-mode': ['warn', 'scanner-keyboard-mode'],
  lost: ['fail', 'scanner-missing'],
  busy: ['fail', 'scanner-busy'],
  error: ['fail', 'scanner-error'],
};
const LEVELS: readonly Finding['level'][] = ['ok', 'warn', 'fail'];

/** The scanner with the worst trouble is named; while another one works, that is only a warning. */
export function diagnoseScanners(devices: readonly Device[]): Finding {
  const scanners = devices.filter(({ kind }) => kind === 'scanner').map(scannerFinding);
  const worst = scanners.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level))[0];
  if (worst === undefined) return finding('scanners', 'warn', 'scanner-none');
  const works = scanners.some(({ level }) => level !== 'fail');
  return worst.level === 'fail' && works ? { ...worst, level: 'warn' } : worst;
}

function scannerFinding({ name, path, status, problem }: Device): Finding {
  const params = { name, path, detail: String(problem?.params['detail'] ?? '') };
  if (status === 'open' && problem !== null) return finding('scanners', 'warn', 'scanner-garbled', params);
  const [level, code] = SCANNER_FINDINGS[status];
  if (problem?.code === 'device-not-permitted')
    return finding('scanners', level, 'scanner-not-permitted', params);
  return finding('scanners', level, code, params);
}

function printer({ devices, printerProblem }: DiagnosisFacts): Finding {
  const found = devices.find(({ kind }) => kind === 'printer');
  if (found === undefined) return finding('printer', 'warn', 'printer-none');
  const { name, waitingSlips = 0 } = found;
  const problem = printerProblem ?? found.problem;
  if (problem?.code === 'printer-out-of-paper')
    return finding('printer', 'fail', 'printer-out-of-paper', { name, waitingSlips });
  if (problem !== null) {
    const detail = String(problem.params['detail'] ?? '');
    return finding('printer', 'fail', 'printer-unavailable', { name, waitingSlips, detail });
  }
  if (waitingSlips > 0) return finding('printer', 'warn', 'printer-waiting', { name, waitingSlips });
  return finding('printer', 'ok', 'printer-ok', { name });
}

function disk({ disk: { freeBytes, folder } }: DiagnosisFacts): Finding {
  const params = { megabytes: Math.floor(freeBytes / 1_048_576), folder };
  if (freeBytes < DISK_FAIL_BYTES) return finding('disk', 'fail', 'disk-full', params);
  return freeBytes < DISK_WARN_BYTES
    ? finding('disk', 'warn', 'disk-low', params)
    : finding('disk', 'ok', 'disk-ok', params);
}
