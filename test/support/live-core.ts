import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCore, type Core } from '../../src/terminal/core.ts';
import { startClearing, type ClearingProcess } from './clearing-process.ts';
import { connectClient, type CoreClient } from './core-client.ts';
import { createPhone } from './demo-phone.ts';

const PIN = '246810';
const ONLINE_WITHIN_MS = 20_000;

/** A whole terminal without a window: real core on real clearing, its till interface open. */
export interface LiveCore {
  readonly folder: string;
  readonly clearing: ClearingProcess;
  readonly tillPort: number;
  readonly tillToken: string;
  client(): CoreClient;
  /** A customer holds a voucher of 20 yuan to the scanner. */
  scanVoucher(): Promise<void>;
  /** Puts new settings into the file and starts the core on them, as after an evening. */
  restart(settings?: object): Promise<void>;
  signIn(): Promise<void>;
  /** Ends the core alone; its files can be looked at. */
  stopCore(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** Activates a terminal and signs its manager in; `settings` are put into the file before. */
export async function startLiveCore(settings: object = {}): Promise<LiveCore> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const clearing = await startClearing(join(folder, 'clearing'));
  const phone = createPhone();
  const tillPort = await freePort();
  const tillToken = 'A'.repeat(43);
  const base = { devices: { hid: 'off' }, till: { enabled: true, port: tillPort, token: tillToken } };
  const write = (more: object): void =>
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...base, ...more }));
  const start = (): Core =>
    startCore({ dataFolder: folder, version: 'test', resume: false, log: () => undefined });
  let running: Core | null = null;
  const launch = (): CoreClient => {
    running = start();
    return connectClient(running);
  };
  write(settings);
  let client = launch();
  const stopCore = async (): Promise<void> => {
    await running?.stop();
    running = null;
  };
  const signIn = async (): Promise<void> => {
    const { app } = await client.call('app.snapshot', undefined);
    await client.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  };

  const live: LiveCore = {
    folder,
    clearing,
    tillPort,
    tillToken,
    client: () => client,
    scanVoucher: async () => {
      const order = { kind: 'supermarket-20', person: `p-${Math.random()}` };
      const voucher = await phone.order(clearing.url, clearing.operatorToken, order);
      await client.call('checkout.scan', { text: phone.show(Date.now(), voucher), source: 'wedge' });
    },
    restart: async (more = settings) => {
      await stopCore();
      write(more);
      client = launch();
    },
    signIn,
    stopCore,
    stop: async () => {
      await stopCore();
      await clearing.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await client.call('app.activate', {
    clearingUrl: clearing.url,
    activationCode: clearing.activationCode('supermarket'),
    managerName: '王店长',
    managerPin: PIN,
  });
  await signIn();
  const untilMs = performance.now() + ONLINE_WITHIN_MS;
  while (client.latest('sync')?.connection !== 'online') {
    if (performance.now() > untilMs) throw new Error('the terminal did not get online');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return live;
}
