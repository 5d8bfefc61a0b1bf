import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { ROOT } from '../support/app-window.ts';
import { MANAGER, openCounter, type Counter } from '../support/counter.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import * as cashier from '../support/flow-cashier.ts';
import * as manager from '../support/flow-manager.ts';
import { Player } from '../support/flow-player.ts';
import { canMountStick, withStick } from '../support/flow-stick.ts';
import * as support from '../support/flow-support.ts';
import { fingerHands, keyboardHands } from '../support/hands.ts';

const CASHIER = { name: 'Li', pin: '1357' };
const TECHNICIAN = { name: 'Zhao', pin: '8642' };
const NEW_PIN = '975310';

/** Many steps in a real window, with others at work on the machine; nothing is decided by it. */
const A_WHILE_MS = 600_000;

let display: Display;
let executable: string;
let stick: boolean;
let folder: string;
let counter: Counter | null = null;
let proxy: FaultProxy | null = null;

beforeAll(async () => {
  display = await openDisplay(true);
  ({ executable } = await ensureElectron(() => undefined));
  stick = canMountStick();
});
afterAll(() => display.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await counter?.window().screenshot(join(ROOT, `out/failed-${String(task.result.startTime)}.png`));
  await counter?.stop();
  await proxy?.close();
  counter = null;
  proxy = null;
  rmSync(folder, { recursive: true, force: true });
});

/** The first day of a terminal, by one pair of hands: everything that is done every day. */
async function everyday(player: Player): Promise<void> {
  const { tab } = player.hands;
  await player.signIn(MANAGER);
  await manager.openBooks(player);
  await tab('users');
  await manager.addUser(player, CASHIER, 'cashier');
  await manager.addUser(player, TECHNICIAN, 'support');
  await player.accessible('users');
  await player.signOut();

  await player.signIn(CASHIER);
  await player.see('step-ready');
  await player.accessible('ready');
  await cashier.openShift(player);
  const show = await cashier.redeem(player);
  await cashier.back(player);
  await cashier.usedAlready(player, show);
  await cashier.refusedForAmount(player);
  await cashier.reverse(player);
  await cashier.unknownAskedAgain(player);
  await cashier.redeem(player);
  await cashier.back(player);
  await cashier.handOver(player);

  await player.signIn(MANAGER);
  await manager.openBooks(player);
  await manager.drillDown(player);
  await manager.returns(player);
  await manager.pastDay(player);
  await manager.reconcileAgreed(player);
  await manager.exportDay(player);
  await manager.shifts(player);
  await player.signOut();

  await player.signIn(TECHNICIAN);
  await support.backUps(player, stick);
  await support.bundle(player);
  await player.signOut();
}

/** What is done once a month or once in a terminal's life. */
async function rarely(player: Player): Promise<void> {
  const voucher = await player.voucher();
  await player.signIn(MANAGER);
  await cashier.practise(player);
  player.cut();
  await cashier.redeemOffline(player, voucher);
  await cashier.back(player);
  await manager.openBooks(player);
  await manager.reconcileOffline(player);
  await player.signOut();

  await player.signIn(TECHNICIAN);
  await (stick ? support.carryOut(player) : support.noStick(player));
  await support.handIn(player, voucher, stick);
  await player.signOut();

  await manager.forgottenPin(player, MANAGER, NEW_PIN);
  await manager.openBooks(player);
  await manager.reconcileDifference(player);
  await player.signOut();

  await support.restore(player);
  // The back-up is older than the new PIN, which is in no entry: the one of that time counts again.
  await player.signIn(MANAGER);
  await player.see('step-ready');
  await cashier.redeem(player);
  await cashier.back(player);
  await manager.retire(player);
  await cashier.refusedByRetirement(player);
}

test.for([
  { hands: 'keyboard', language: 'zh', width: 1366, height: 768, axe: false, once: true },
  { hands: 'finger', language: 'zh', width: 1024, height: 768, axe: false, once: true },
  { hands: 'keyboard', language: 'en', width: 1024, height: 768, axe: false, once: false },
  // scenes.test.ts asks axe in Chinese, on scripted answers; here it looks at English ones of the real core.
  { hands: 'finger', language: 'en', width: 1366, height: 768, axe: true, once: false },
] as const)(
  'cashier, manager and technician do all their work by $hands alone, in $language at $width×$height',
  { timeout: A_WHILE_MS },
  async ({ hands, language, width, height, axe, once }) => {
    folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
    counter = await openCounter({
      folder,
      executable: stick ? withStick(executable, folder) : executable,
      display,
      size: { width, height },
    });
    proxy = await startFaultProxy(counter.clearing.url);
    const player = await Player.sitDown({
      counter,
      proxy,
      handsOf: hands === 'keyboard' ? keyboardHands : fingerHands,
      axe,
    });
    // Every terminal speaks Chinese at first; whoever wants English says so on the screen.
    if (language === 'en') await cashier.speak(player, language);
    await cashier.activate(player);
    await everyday(player);
    if (once) await rarely(player);
    expect(player.barriers).toEqual([]);
  },
);
