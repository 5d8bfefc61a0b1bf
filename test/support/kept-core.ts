import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MessagePortMain } from 'electron';
import type { Hang } from '../../src/contract/terminal/heartbeat.ts';
import { fromCoreSchema } from '../../src/contract/terminal/wire.ts';
import { keepCore } from '../../src/main/core-keeper.ts';
import { nodeHosting } from '../../src/main/node-hosting.ts';
import { coreProcess, ROOT } from './app-window.ts';
import { createCoreClient, type CoreClient } from './core-client.ts';

/** Main's end of a port, with a window behind it that has no screen. */
class WindowPort extends EventEmitter implements MessagePortMain {
  readonly #receive: (data: unknown) => void;

  constructor(receive: (data: unknown) => void) {
    super();
    this.#receive = receive;
  }

  postMessage(data: unknown): void {
    this.#receive(data);
  }

  start(): void {
    this.emit('started');
  }

  close(): void {
    this.emit('close');
  }
}

/** The real core in a Node of its own, kept and watched as main does it, on a PC that can be made sick. */
export interface KeptCore extends CoreClient {
  readonly ready: Promise<void>;
  /** What windows were told, and when, by `performance.now()`. */
  readonly hangs: readonly { readonly atMs: number; readonly hang: Hang | null }[];
  readonly log: readonly string[];
  pid(): number | null;
  /** Cores that were started and listen, or did. */
  starts(): number;
  /** The next flush of the tail log takes so many milliseconds. */
  slowFlush(ms: number): void;
  /** The main loop never turns again. */
  readonly loop: () => void;
  stop(): Promise<void>;
}

export function startKeptCore(dataFolder: string): KeptCore {
  const order = join(dataFolder, 'sick');
  const preload = pathToFileURL(join(ROOT, 'test/support/sick-core.ts')).href;
  const command = {
    entry: join(ROOT, 'src/terminal/entry.ts'),
    args: ['--data-folder', dataFolder, '--version', 'test'],
    env: { ...process.env, NODE_OPTIONS: `--import ${preload}`, SICK_CORE: order },
  };
  const hangs: { atMs: number; hang: Hang | null }[] = [];
  const log: string[] = [];
  let port: WindowPort | null = null;
  let starts = 0;
  const { client, take } = createCoreClient((data) => port?.emit('message', { data, ports: [] }));
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const openPort = (): WindowPort => {
    port = new WindowPort((data) => take(fromCoreSchema.parse(data)));
    return port;
  };
  const keeper = keepCore({
    hosting: nodeHosting(command, process.execPath),
    onReady: () => {
      starts += 1;
      keeper.connect(openPort);
      isReady();
    },
    onHang: (hang) => hangs.push({ atMs: performance.now(), hang }),
    log: (line) => log.push(line),
  });
  return {
    ...client,
    ready,
    hangs,
    log,
    pid: () => coreProcess(dataFolder),
    starts: () => starts,
    slowFlush: (ms) => writeFileSync(order, String(ms)),
    loop: () => writeFileSync(order, 'loop'),
    stop: () => keeper.stop(),
  };
}
