import type { DeviceSettings } from '../../contract/terminal/device-settings.ts';
import type { Finding } from '../../contract/terminal/calls-devices.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { Device } from '../../contract/terminal/state.ts';
import { keyStorage } from '../identity.ts';
import type { OpenTill } from '../open-till.ts';
import { updateFacts } from '../support/diagnosis-facts.ts';
import { diagnose, type DiagnosisFacts } from './diagnose.ts';
import { diskFacts, runtimeFacts } from './facts.ts';

export interface LiveParts {
  readonly folder: string;
  /** Null before activation, or while a fault keeps the terminal from working. */
  readonly till: OpenTill | null;
  readonly fault: Fault | null;
  readonly devices: readonly Device[];
  readonly settings: DeviceSettings;
}

/** The diagnosis of a terminal at work, out of what it knows anyway; only the printer is asked. */
export async function liveDiagnosis(parts: LiveParts): Promise<readonly Finding[]> {
  const { folder, till, fault, devices, settings } = parts;
  const [runtime, printerProblem] = await Promise.all([runtimeFacts(), printerFault(settings)]);
  const status = till?.handlers['support.status'](undefined) ?? null;
  // Answers at once: the status is read from memory and files.
  const known = status === null || status instanceof Promise ? null : status;
  const sync = till?.sync.state() ?? null;
  const broken = till?.notices().find(({ code }) => code === 'journal-broken');
  const database: DiagnosisFacts['database'] =
    fault !== null
      ? { state: 'fault', fault }
      : broken !== undefined
        ? { state: 'broken', fault: broken }
        : known === null
          ? { state: 'none' }
          : { state: 'ok', entries: known.database.head?.seq ?? 0, sizeBytes: known.database.sizeBytes };
  return diagnose({
    runtime,
    database,
    clock: { trusted: sync?.clock !== 'untrusted', skewMs: known?.clockSkewMs ?? null },
    clearing:
      sync === null || known === null
        ? null
        : { url: known.clearingUrl, connection: sync.connection, pendingCount: sync.pendingCount },
    devices,
    printerProblem,
    disk: diskFacts(folder),
    key: keyStorage(folder),
    update: updateFacts(folder),
  });
}

async function printerFault({ printer }: DeviceSettings): Promise<Fault | null> {
  if (printer.connection.type === 'none') return null;
  const { probePrinter } = await import('./printer.ts');
  return probePrinter(printer);
}
