import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { PhoneVoucher } from './demo-phone.ts';
import { MANAGER } from './counter.ts';
import type { Player } from './flow-player.ts';
import { onStick, STICK } from './flow-stick.ts';

/** What a technician does: state, back-ups, the stick, the log bundle, a restore. */

/** Back-ups now and on a schedule, in a second place if there is one. */
export async function backUps(player: Player, stick: boolean): Promise<void> {
  const { tab, press } = player.hands;
  await player.see('support');
  await player.see('sync-now');
  await player.accessible('state');
  await tab('data');
  await press('back-up');
  await player.says('back-up-note', /\.db/);
  await press('back-up-every-15');
  await press('back-up-keep-12');
  if (stick) await press(`back-up-folder-${STICK}`);
  await press('back-up-save');
  await player.attribute('back-up-schedule', 'data-every', '15');
  await player.says('back-up-saved', /\S/);
  await player.accessible('data');
}

/** Without a network what is unsent leaves on a stick; any terminal with one hands it on. */
export async function carryOut(player: Player): Promise<void> {
  const { tab, press } = player.hands;
  await tab('carry');
  await press(`folder-${STICK}`);
  await press('export-unsent');
  await player.says('export-unsent-note', new RegExp(STICK));
  await player.accessible('carry');
  const pid = await player.counter.window().corePid();
  expect(onStick(pid ?? 0).filter((name) => /^unsent-.*\.zmdj$/.test(name))).toHaveLength(1);
}

/** Back on the network, clearing takes what was kept: here a voucher that was revoked meanwhile, so it is refused. */
export async function handIn(player: Player, revoked: PhoneVoucher, stick: boolean): Promise<void> {
  const { campaignNumber, serial } = revoked;
  await player.operatorDoes(`campaigns/${String(campaignNumber)}/vouchers/${String(serial)}/revoke`, {
    reason: 'reported as stolen',
  });
  player.mend();
  const { tab, press } = player.hands;
  if (stick) {
    await tab('state');
    await tab('carry');
    await press('forward-0');
    await player.says('forward-note', /1/);
  }
  await tab('state');
  await press('sync-now');
  await player.attribute('pending-count', 'data-count', '0');
}

export async function noStick(player: Player): Promise<void> {
  await player.hands.tab('carry');
  await player.see('nothing');
  await player.accessible('no stick');
}

export async function bundle(player: Player): Promise<void> {
  const { tab, press } = player.hands;
  await tab('bundle');
  await press('write-bundle');
  await player.says('bundle-note', /\/\S+/);
  const path = /\/\S+/.exec(await player.text('bundle-note'))?.[0] ?? '';
  expect(readFileSync(path, 'utf8')).not.toContain(MANAGER.pin);
  await player.accessible('bundle');
}

/** What a bad disk does: the first page of the database is gone, in the log beside it as well. */
function damage(database: string): void {
  for (const file of [database, `${database}-wal`].filter((name) => existsSync(name))) {
    const fd = openSync(file, 'r+');
    writeSync(fd, Buffer.alloc(4096, 0xa5), 0, 4096, 0);
    closeSync(fd);
  }
}

/** The journal can't be opened: back to work from a back-up, with a one-time code of clearing's. */
export async function restore(player: Player): Promise<void> {
  await player.restart(() => damage(join(player.counter.dataFolder, 'journal.db')));
  const { storeId } = await player.terminal();
  const { activationCode } = z
    .object({ activationCode: z.string() })
    .parse(await player.operatorDoes(`stores/${storeId}/activations`, { counter: '1' }));
  await player.see('restore');
  await player.accessible('restore');
  await player.hands.press('restore-from-0');
  await player.hands.words('restore-code', activationCode);
  await player.hands.action('Enter', 'restore-submit');
  await player.see('restored');
  await player.attribute('restored', 'data-epoch', '2');
  await player.accessible('restored');
  await player.hands.action('Enter', 'restored-on');
  await player.see('phase-sign-in');
}
