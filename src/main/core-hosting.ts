import { createInterface } from 'node:readline';
import type { MessagePortMain } from 'electron';
import { beatSchema, type Beat, type CoreToMain, type ToCore } from '../contract/terminal/shell.ts';

/** Where the core runs and how a window reaches it. One interface, two implementations. */
export interface CoreHosting {
  /** Starts the core's entry file with further arguments. `onExit` fires once, whatever ended it. */
  start(
    args: readonly string[],
    onMessage: (message: CoreToMain) => void,
    onExit: (reason: string) => void,
  ): CoreProcess;
}

export interface CoreProcess {
  /** Gives the core a window's port. */
  connect(port: MessagePortMain): void;
  send(message: ToCore): void;
  /** Asks the core to close its journal and end; resolves when it has ended, by force after a time. */
  stop(): Promise<void>;
  /** Ends it by force, also one that is held or hangs. */
  end(): void;
}

export interface CoreCommand {
  /** The core's entry file. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

function beatOf(line: string): Beat | null {
  try {
    return beatSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** The beats of the core's thread, lines on its standard output. What else a library may print there is passed on. */
export function readBeats(output: NodeJS.ReadableStream | null, onBeat: (beat: Beat) => void): void {
  if (output === null) return;
  createInterface({ input: output }).on('line', (line) => {
    const beat = beatOf(line);
    if (beat === null) console.log(line);
    else onBeat(beat);
  });
}

/** How long a core may take to close its journal before it is ended by force (it loses nothing then either). */
export const STOP_TIMEOUT_MS = 4_000;

/** better-sqlite3 13 needs Node-API 10. */
const NEEDED_NAPI = 10;

/**
 * Electron's own Node if it is new enough for the core's native modules, otherwise a Node beside it.
 * `napi` is process.versions.napi.
 */
export function chooseHosting(napi: string | undefined): 'utility-process' | 'separate-node' {
  return Number(napi ?? 0) >= NEEDED_NAPI ? 'utility-process' : 'separate-node';
}
