import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startCore, type Core, type CoreOptions } from '../../src/terminal/core.ts';
import { startClearing, type ClearingProcess } from './clearing-process.ts';
import { connectClient, type CoreClient } from './core-client.ts';
import { createPhone, type Phone, type PhoneVoucher } from './demo-phone.ts';

export const PIN = '246810';

/** An activated terminal without a window and the clearing server that it belongs to. */
export interface SecurityTerminal {
  readonly folder: string;
  readonly dataFolder: string;
  readonly clearing: ClearingProcess;
  readonly phone: Phone;
  core(): Core;
  client(): CoreClient;
  /** Ends the core and starts it again, on another folder where one is given. */
  restart(dataFolder?: string, resume?: boolean): Promise<void>;
  managerId(): Promise<string>;
  terminalId(): Promise<string>;
  signIn(): Promise<void>;
  online(): Promise<void>;
  order(): Promise<PhoneVoucher>;
  /** Amount, scan, confirm; answers the step that the checkout is in then. */
  redeem(voucher: PhoneVoucher): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts clearing with the demo stores and activates one terminal on it. */
export async function openSecurityTerminal(
  options: Partial<CoreOptions> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<SecurityTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const clearing = await startClearing(join(folder, 'clearing'));
  const dataFolder = folder;
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ devices: { hid: 'off' }, ...settings }));
  const start = (data: string, resume: boolean): Core =>
    startCore({ version: 'test', log: () => undefined, ...options, resume, dataFolder: data });
  let core = start(dataFolder, false);
  let client = connectClient(core);
  const phone = createPhone();
  await client.call('app.activate', {
    clearingUrl: clearing.url,
    activationCode: clearing.activationCode('supermarket'),
    managerName: '王店长',
    managerPin: PIN,
  });
  const app = async () => (await client.call('app.snapshot', undefined)).app;
  const managerId = async (): Promise<string> => (await app()).users[0]?.id ?? '';
  return {
    folder,
    dataFolder,
    clearing,
    phone,
    core: () => core,
    client: () => client,
    async restart(data = dataFolder, resume = false) {
      await core.stop();
      core = start(data, resume);
      client = connectClient(core);
    },
    managerId,
    terminalId: async () => (await app()).terminal?.id ?? '',
    async signIn() {
      await client.call('access.signIn', { userId: await managerId(), pin: PIN });
    },
    async online() {
      await expect
        .poll(async () => (await client.call('app.snapshot', undefined)).sync.connection, { timeout: 15_000 })
        .toBe('online');
    },
    order: () =>
      phone.order(clearing.url, clearing.operatorToken, {
        kind: 'supermarket-20',
        person: `p-${Math.random()}`,
      }),
    async redeem(voucher) {
      await client.call('checkout.cancel', undefined);
      await client.call('checkout.setAmount', { amountFen: 12_850 });
      await client.call('checkout.scan', { text: phone.show(Date.now(), voucher), source: 'wedge' });
      const state = client.latest('checkout');
      if (state?.step !== 'decided') return state?.step;
      await client.call('checkout.confirm', { decisionId: state.decisionId });
      return client.latest('checkout')?.step;
    },
    async stop() {
      await core.stop();
      await clearing.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
