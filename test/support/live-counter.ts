import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkoutStateSchema, type RedemptionView } from '../../src/contract/terminal/state.ts';
import type { ClearingProcess } from './clearing-process.ts';
import type { CoreClient } from './core-client.ts';
import { startCoreProcess, type CoreProcess, type CoreProcessOptions } from './core-process.ts';
import type { Phone, PhoneVoucher } from './demo-phone.ts';

/** A counter without a window: a core in its own process, signed in, that a person works as fast as they can. */

const PIN = '246810';
export const AMOUNT_FEN = 10_150;

/** Makes a data folder for a core without devices. */
export function makeDataFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ devices: { hid: 'off' } }));
  return folder;
}

/** What a counter has to know of clearing. */
export type ClearingDoor = Pick<ClearingProcess, 'url' | 'operatorToken' | 'activationCode'>;

/** Activates a new terminal and signs its manager in. `address`: of clearing, or of a proxy before it. */
export async function openForBusiness(
  core: CoreClient & Pick<CoreProcess, 'ready'>,
  clearing: ClearingDoor,
  address = clearing.url,
): Promise<void> {
  await core.ready;
  await core.call('app.activate', {
    clearingUrl: address,
    activationCode: clearing.activationCode('supermarket'),
    managerName: '王店长',
    managerPin: PIN,
  });
  const { app } = await core.call('app.snapshot', undefined);
  await core.call('access.signIn', { userId: app.users[0]?.id ?? '', pin: PIN });
  await until('the first feed', () => core.latest('sync')?.connection === 'online');
}

/** Waits; throws after a minute, saying for what. */
export async function until(what: string, holds: () => boolean, longestMs = 60_000): Promise<void> {
  const startedMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedMs > longestMs) throw new Error(`waited too long for ${what}`);
    await sleep(5);
  }
}

/** A core that is told apart by what it shows: every redemption that a screen called accepted, in order. */
export function watchedCore(
  options: Omit<CoreProcessOptions, 'onEvent'>,
  onAccepted: (redemption: RedemptionView) => void,
): CoreProcess {
  return startCoreProcess({
    ...options,
    onEvent: (name, payload) => {
      if (name !== 'checkout') return;
      const state = checkoutStateSchema.parse(payload);
      if (state.step === 'accepted') onAccepted(state.redemption);
    },
  });
}

/**
 * Amount, scan, confirm. Resolves with the state of the screen after it; a refusal is such a state too. A fault
 * of the core rejects with its code.
 */
export async function redeemAt(core: CoreClient, phone: Phone, voucher: PhoneVoucher) {
  await core.call('checkout.setAmount', { amountFen: AMOUNT_FEN });
  await core.call('checkout.scan', { text: phone.show(Date.now(), voucher), source: 'wedge' });
  const state = core.latest('checkout');
  if (state?.step === 'decided') await core.call('checkout.confirm', { decisionId: state.decisionId });
  return core.latest('checkout');
}

/** Vouchers in the customer's phone, ordered from clearing a few at a time. */
export function voucherStock(clearing: ClearingDoor, phone: Phone) {
  const ready: PhoneVoucher[] = [];
  let ordered = 0;
  const order = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 20) {
      const some = Array.from({ length: Math.min(20, left) }, () => {
        ordered += 1;
        return phone.order(clearing.url, clearing.operatorToken, {
          kind: 'supermarket-20',
          person: `p-${ordered}`,
        });
      });
      ready.push(...(await Promise.all(some)));
    }
  };
  return {
    order,
    /** The next unused one. */
    next: (): PhoneVoucher => {
      const voucher = ready.shift();
      if (voucher === undefined) throw new Error('no voucher left: order more');
      return voucher;
    },
    left: () => ready.length,
  };
}

const lineRow = z.object({
  kind: z.string(),
  epoch: z.int(),
  seq: z.int(),
  serial: z.int(),
  amount_fen: z.int(),
});
const accountRow = z.object({ balance_fen: z.int() });

export interface Books {
  /** Redemption lines as `epoch:seq` → fen. */
  readonly settled: ReadonlyMap<string, number>;
  /** Vouchers with more redemption lines than corrections allow. */
  readonly paidTwice: readonly number[];
  readonly settledFen: number;
  /** What left the funds, by the accounts; the same as `settledFen` in good books. */
  readonly settlementAccountFen: number;
}

/** Reads the books out of the database of a clearing server that has ended. */
export function readBooks(dataFolder: string): Books {
  const db = new Database(join(dataFolder, 'clearing.sqlite'), { readonly: true });
  try {
    const lines = db
      .prepare('SELECT * FROM lines')
      .all()
      .map((row) => lineRow.parse(row));
    const standing = new Map<number, number>();
    for (const { kind, serial } of lines)
      standing.set(serial, (standing.get(serial) ?? 0) + (kind === 'redemption' ? 1 : -1));
    const redemptions = lines.filter(({ kind }) => kind === 'redemption');
    const account: unknown = db.prepare("SELECT balance_fen FROM accounts WHERE name = 'settlement'").get();
    return {
      settled: new Map(redemptions.map((line) => [`${line.epoch}:${line.seq}`, line.amount_fen])),
      paidTwice: [...standing].filter(([, count]) => count > 1).map(([serial]) => serial),
      settledFen: lines.reduce((sum, { amount_fen }) => sum + amount_fen, 0),
      settlementAccountFen: account === undefined ? 0 : accountRow.parse(account).balance_fen,
    };
  } finally {
    db.close();
  }
}
