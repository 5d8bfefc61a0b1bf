import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { CheckoutState } from '../../src/contract/terminal/state.ts';
import { businessDay } from '../../src/domain/business-day.ts';
import { startClearing, type ClearingProcess } from './clearing-process.ts';
import { startCoreProcess, type CoreProcess } from './core-process.ts';
import { createPhone } from './demo-phone.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

export const PIN = '246810';
/** Nothing is decided by it: only how long a test waits before it gives up. */
export const PATIENCE = { timeout: 30_000, interval: 50 };

const totalsSchema = z.object({
  totals: z.array(z.object({ kind: z.string(), count: z.int(), amountFen: z.int() })),
});

type Step<S extends CheckoutState['step']> = Extract<CheckoutState, { step: S }>;

/** A counter whose core and clearing are processes of their own, with a network in between that can be broken. */
export interface AuthorisedCounter {
  readonly clearing: ClearingProcess;
  readonly proxy: FaultProxy;
  readonly dataFolder: string;
  core(): CoreProcess;
  /** Issues a voucher to a person, so that this person's payment codes stand for it. */
  issue(person: string, kind?: string): Promise<void>;
  /** A fresh voucher of nobody in particular, as its holder's phone shows it now. */
  voucherCode(kind?: string): Promise<string>;
  /** A payment code that the person's wallet shows now. */
  paymentCode(person: string): Promise<string>;
  /** Waits until the checkout is at this step. */
  at<S extends CheckoutState['step']>(step: S): Promise<Step<S>>;
  signIn(): Promise<void>;
  online(): Promise<void>;
  /** Ends the core without a word and starts it again. */
  killAndRestart(): Promise<void>;
  /** Starts the core again after it was ended. */
  restart(): Promise<void>;
  /** Ends the core, makes the start of a file unreadable, and starts the core again. */
  damageAndRestart(file: string): Promise<void>;
  /** A one-time code for the store's counter, as an operator gives it out. */
  newActivationCode(storeId: string): Promise<string>;
  /** What clearing has settled today, by kind of line. */
  settled(): Promise<{ readonly redemptions: number; readonly redeemedFen: number; readonly netFen: number }>;
  stop(): Promise<void>;
}

async function ask(clearing: ClearingProcess, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${clearing.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${clearing.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

export async function openAuthorisedCounter(category = 'supermarket'): Promise<AuthorisedCounter> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  const dataFolder = join(folder, 'terminal');
  mkdirSync(dataFolder);
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ devices: { hid: 'off' } }));
  const clearing = await startClearing(join(folder, 'clearing'));
  const proxy = await startFaultProxy(clearing.url);
  const phone = createPhone();
  const startCore = async (): Promise<CoreProcess> => {
    const started = startCoreProcess({ dataFolder });
    await started.ready;
    return started;
  };
  let core = await startCore();

  const signIn = async (): Promise<void> => {
    const { app } = await core.call('app.snapshot', undefined);
    await core.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  };
  const online = (): Promise<void> =>
    expect
      .poll(async () => (await core.call('app.snapshot', undefined)).sync.connection, PATIENCE)
      .toBe('online');

  await core.call('app.activate', {
    clearingUrl: proxy.url,
    activationCode: clearing.activationCode(category),
    managerName: '王店长',
    managerPin: PIN,
  });
  await signIn();
  await online();

  return {
    clearing,
    proxy,
    dataFolder,
    core: () => core,
    issue: async (person, kind = 'supermarket-20') => {
      await phone.order(clearing.url, clearing.operatorToken, { kind, person });
    },
    voucherCode: async (kind = 'supermarket-20') => {
      const voucher = await phone.order(clearing.url, clearing.operatorToken, { kind });
      return phone.show(Date.now(), voucher);
    },
    paymentCode: async (person) => {
      const answer = await ask(clearing, '/v1/operator/payment-codes', { campaignNumber: 1, person });
      return z.object({ code: z.string() }).parse(answer).code;
    },
    at: async (step) => {
      await expect
        .poll(async () => (await core.call('app.snapshot', undefined)).checkout.step, PATIENCE)
        .toBe(step);
      return (await core.call('app.snapshot', undefined)).checkout as Step<typeof step>;
    },
    signIn,
    online,
    killAndRestart: async () => {
      await core.kill();
      core = await startCore();
      await signIn();
    },
    restart: async () => {
      core = await startCore();
    },
    damageAndRestart: async (file) => {
      await core.kill();
      // The log beside it as well: it holds the first page again.
      for (const each of [file, `${file}-wal`].filter((name) => existsSync(name))) {
        const fd = openSync(each, 'r+');
        writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, 0);
        closeSync(fd);
      }
      core = await startCore();
    },
    newActivationCode: async (storeId) => {
      const answer = await ask(clearing, `/v1/operator/stores/${storeId}/activations`, { counter: '1' });
      return z.object({ activationCode: z.string() }).parse(answer).activationCode;
    },
    settled: async () => {
      const path = `/v1/operator/day-totals?day=${businessDay(Date.now())}`;
      const { totals } = totalsSchema.parse(await clearing.operator(path));
      const redeemed = totals.filter(({ kind }) => kind === 'redemption');
      return {
        redemptions: redeemed.reduce((sum, { count }) => sum + count, 0),
        redeemedFen: redeemed.reduce((sum, { amountFen }) => sum + amountFen, 0),
        netFen: totals.reduce((sum, { amountFen }) => sum + amountFen, 0),
      };
    },
    stop: async () => {
      await core.stop();
      await proxy.close();
      await clearing.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
