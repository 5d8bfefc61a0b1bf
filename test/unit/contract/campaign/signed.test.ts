import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { replaceCampaignPack } from '../../../../src/contract/campaign/signed.ts';
import {
  zhumadian2023,
  zhumadian2023Pack,
  type PlanChanges,
} from '../../../../src/contract/campaign/zhumadian-2023.ts';
import { sealEnvelope } from '../../../../src/contract/clearing/envelope.ts';

const root = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const KEYS = new Map([['root', root.publicKey]]);
const NOW_MS = Date.parse('2023-06-10T12:00:00+08:00');
const CURRENT = zhumadian2023({ version: 5 });
const seal = (value: unknown, key = root.privateKey) => sealEnvelope('campaign-pack', value, 'root', key);
const replace = (envelope: ReturnType<typeof seal>, current: typeof CURRENT | null = CURRENT) =>
  replaceCampaignPack(current, envelope, KEYS, NOW_MS);
const offer = (changes: PlanChanges, current: typeof CURRENT | null = CURRENT) =>
  replace(seal(zhumadian2023Pack(changes)), current);

describe('a signed pack', () => {
  test('of a higher version takes the place of the one in use, with its warnings', () => {
    const replaced = offer({ version: 6 });
    expect(replaced.ok && replaced.campaign).toEqual(zhumadian2023({ version: 6 }));
    expect(replaced.ok && replaced.warnings).toHaveLength(1);
  });
  test('is the first one where there is none yet', () => {
    expect(offer({ version: 1 }, null).ok).toBe(true);
  });
  test('of a lower version is refused, of the same one it changes nothing', () => {
    expect(offer({ version: 4 })).toEqual({
      ok: false,
      reason: 'lower-version',
      problems: [{ path: 'version', message: 'version 4: lower-version' }],
    });
    expect(offer({ version: 5 })).toMatchObject({ ok: false, reason: 'same-version' });
  });
  test('that has expired is refused', () => {
    expect(offer({ version: 6, expiresAt: '2023-06-10T12:00:00+08:00' })).toMatchObject({
      ok: false,
      reason: 'expired',
      problems: [{ path: 'expiresAt' }],
    });
    expect(offer({ version: 6, expiresAt: '2023-06-10T12:00:00.001+08:00' }).ok).toBe(true);
  });
  test('of another campaign does not take its place', () => {
    expect(offer({ number: 2, version: 6 })).toEqual({
      ok: false,
      reason: 'other-campaign',
      problems: [{ path: 'number', message: '2 instead of 1' }],
    });
  });
});

describe('a pack that is refused whole', () => {
  test('the signature is a stranger’s', () => {
    expect(replace(seal(zhumadian2023Pack({ version: 6 }), stranger.privateKey))).toMatchObject({
      ok: false,
      reason: 'signature-wrong',
    });
  });
  test('the key is unknown', () => {
    const envelope = { ...seal(zhumadian2023Pack({ version: 6 })), keyId: 'other' };
    expect(replace(envelope)).toMatchObject({ ok: false, reason: 'unknown-key' });
  });
  test('one character of the signed text was changed', () => {
    const envelope = seal(zhumadian2023Pack({ version: 6 }));
    const payload = envelope.payload.replace('"quota":20000', '"quota":20001');
    expect(payload).not.toBe(envelope.payload);
    expect(replace({ ...envelope, payload })).toMatchObject({ ok: false, reason: 'signature-wrong' });
  });
  test('it was signed for another purpose', () => {
    const envelope = sealEnvelope('key-ring', zhumadian2023Pack({ version: 6 }), 'root', root.privateKey);
    expect(replace(envelope)).toMatchObject({ ok: false, reason: 'signature-wrong' });
  });
  test('what was signed is no JSON', () => {
    const payload = '{"number":';
    const signature = sign(null, Buffer.from(`ZMDV1 envelope campaign-pack\n${payload}`), root.privateKey);
    const envelope = { keyId: 'root', payload, signature: signature.toString('base64url') };
    expect(replace(envelope)).toMatchObject({ ok: false, reason: 'pack-invalid', problems: [{ path: '' }] });
  });
  test('what was signed is no pack: the path in the file is named', () => {
    const pack = { ...zhumadian2023Pack({ version: 6 }), opensOn: '2023-02-30' };
    expect(replace(seal(pack))).toMatchObject({
      ok: false,
      reason: 'pack-invalid',
      problems: [{ path: 'opensOn' }],
    });
    expect(replace(seal({ ...pack, formatVersion: 2 }))).toMatchObject({
      reason: 'pack-invalid',
      problems: [{ path: 'formatVersion' }, { path: 'opensOn' }],
    });
  });
});
