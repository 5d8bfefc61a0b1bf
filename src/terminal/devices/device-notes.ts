import type { Device } from '../../contract/terminal/state.ts';

/** A cable that is loose for a moment, and a restart, are no change of what stands on the counter. */
export const DEVICES_SETTLE_MS = 30_000;
/** A plug that comes and goes all day must not fill the journal. */
export const MAX_NOTES_A_RUN = 200;

export interface DeviceNotesOptions {
  /** The devices of the last note, as `noted` was given them; null: never noted. */
  readonly known: () => string | null;
  /** Keeps them for the next start. */
  readonly keep: (devices: string) => void;
  readonly note: (device: string, change: 'added' | 'removed') => void;
  readonly log: (line: string) => void;
}

export interface DeviceNotes {
  /** What is attached now; compared when nothing has changed for a while. */
  seen(devices: readonly Device[]): void;
  stop(): void;
}

/**
 * Notes which scanners and displays came to this counter and which went, once it has settled. Printers are
 * known by settings alone: whether one answers is no change of it.
 */
export function createDeviceNotes(options: DeviceNotesOptions): DeviceNotes {
  let latest: readonly Device[] = [];
  let timer: NodeJS.Timeout | null = null;
  let notes = 0;

  const compare = (): void => {
    const before = parse(options.known());
    const present = new Map(latest.filter(isAttached).map((device) => [device.id, describe(device)]));
    const added = [...present].filter(([id]) => !before.has(id));
    const removed = [...before].filter(([id]) => !present.has(id));
    const changes = [
      ...removed.map(([, name]) => [name, 'removed'] as const),
      ...added.map(([, name]) => [name, 'added'] as const),
    ].slice(0, MAX_NOTES_A_RUN - notes);
    if (changes.length === 0) return;
    for (const [name, change] of changes) options.note(name, change);
    notes += changes.length;
    options.keep(JSON.stringify([...present]));
  };

  return {
    seen: (devices) => {
      latest = devices;
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => {
        try {
          compare();
        } catch (error) {
          // As with a full disk: compared again at the next change.
          options.log(`a change of devices could not be noted: ${String(error)}`);
        }
      }, DEVICES_SETTLE_MS);
      timer.unref();
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function isAttached({ kind, status }: Device): boolean {
  return kind !== 'printer' && status !== 'searching' && status !== 'lost';
}

function describe({ kind, name, transport, path }: Device): string {
  return `${kind}: ${name} (${transport}, ${path})`.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200);
}

function parse(text: string | null): ReadonlyMap<string, string> {
  return new Map(text === null ? [] : (JSON.parse(text) as [string, string][]));
}
