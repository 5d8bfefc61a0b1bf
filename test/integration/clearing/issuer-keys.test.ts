import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { addIssuerKey, createKeys, loadKeys } from '../../../src/clearing/keys/keys.ts';
import { issueDirectly } from '../../../src/clearing/operator/vouchers.ts';
import { parseGrant } from '../../../src/codes/grant.ts';
import { createPhone } from '../../support/demo-phone.ts';
import { createWorld, scratchFolder, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

const KEYS = '/v1/operator/issuer-keys';
const STOLEN = { reason: 'copied from the server room' };

onEachEngine((engine) => {
  const folder = scratchFolder();
  let world: World;
  let keyFile: string;
  let files = 0;
  beforeEach(async () => {
    keyFile = join(folder.path, `keys-${String((files += 1))}.json`);
    world = await createWorld({ storage: await engine.open(), keys: loadKeys(keyFile) });
  });
  afterEach(() => world.close());

  /** A node that starts on the same database with the key file as it is now. */
  const restarted = () =>
    createClearing({
      storage: world.clearing.context.storage,
      keys: loadKeys(keyFile),
      now: world.now,
    });
  async function redeemed(): Promise<readonly [string, string | null]> {
    const terminal = await world.terminal(await world.store('supermarket'));
    const { phone } = await world.voucher({ kind: 'supermarket-20' });
    const evidence = phone.evidence(world.now());
    await world.call('POST', `${KEYS}/1/revoke`, STOLEN);
    world.clock.nowMs += 60_000;
    terminal.redeem({ evidence, atMs: world.now() - 60_001, amountFen: 10_000, discountFen: 2000 });
    terminal.redeem({
      evidence: phone.evidence(world.now()),
      atMs: world.now(),
      amountFen: 10_000,
      discountFen: 2000,
    });
    const { verdicts } = await terminal.send();
    const last = verdicts.at(-1);
    return [last?.verdict ?? '', last?.reason ?? null];
  }

  it('a stolen key is ended by an administrator: nothing under it is redeemed any more, and nothing issued', async () => {
    expect(await world.call('POST', `${KEYS}/1/revoke`, STOLEN, world.tokens.auditor)).toMatchObject({
      status: 403,
    });
    expect(await world.call('POST', `${KEYS}/7/revoke`, STOLEN)).toMatchObject({ status: 404 });
    expect(await redeemed()).toEqual(['refused', 'voucher-revoked']);
    expect((await world.call('GET', KEYS)).body).toEqual({
      keys: [{ number: 1, algorithm: 'ed25519', revokedAtMs: world.now() - 60_000 }],
    });
    const audited = await world.clearing.context.storage.db
      .selectFrom('audit')
      .select(['subject', 'details'])
      .where('action', '=', 'issuer-key-revoked')
      .execute();
    expect(audited).toMatchObject([{ subject: '1' }]);
    expect(JSON.stringify(audited)).toContain(STOLEN.reason);
    await expect(world.voucher({ kind: 'supermarket-20' })).rejects.toThrow('no issuer key');
  });

  it('a new key is taken up at the next start, issues from then on, and what was issued before stays good', async () => {
    const terminal = await world.terminal(await world.store('supermarket'));
    const before = await world.voucher({ kind: 'supermarket-20' });
    expect(addIssuerKey(keyFile)).toBe(2);
    const node = await restarted();
    expect((await terminal.feed()).keyRing).not.toBeNull();
    const phone = createPhone();
    const voucher = await issueDirectly(node.context, world.operator, {
      ...{ campaignNumber: 1, kind: 'supermarket-20', person: null, notBeforeMs: null, notAfterMs: null },
      algorithm: phone.algorithm,
      publicKey: phone.publicKey,
    });
    phone.keep(voucher);
    expect(parseGrant(Buffer.from(voucher.grant, 'base64url'))).toMatchObject({
      grant: { issuerKeyNumber: 2 },
    });
    for (const shown of [before.phone, phone])
      terminal.redeem({
        evidence: shown.evidence(world.now()),
        atMs: world.now(),
        amountFen: 10_000,
        discountFen: 2000,
      });
    expect((await terminal.send()).verdicts.slice(1)).toMatchObject([
      { verdict: 'settled' },
      { verdict: 'settled' },
    ]);
    await world.call('POST', `${KEYS}/1/revoke`, STOLEN);
    const ring = await node.context.rings.current(node.context.storage.db);
    expect([...ring.keys.keys()]).toEqual([1, 2]);
  });

  it('the key file of another clearing is refused', async () => {
    const { storage } = world.clearing.context;
    await expect(createClearing({ storage, keys: createKeys() })).rejects.toThrow('not the one');
  });
});
