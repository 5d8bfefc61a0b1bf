import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { zhumadian2023, zhumadian2023Pack } from '../../../../src/contract/campaign/zhumadian-2023.ts';
import { sealEnvelope } from '../../../../src/contract/clearing/envelope.ts';
import { openPack } from '../../../../src/terminal/checkout/campaign-book.ts';

const root = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const PACK = zhumadian2023Pack();
const seal = (value: unknown, key = root.privateKey) => sealEnvelope('campaign-pack', value, 'root', key);
const open = (envelope: ReturnType<typeof seal>) => openPack(envelope, new Map([['root', root.publicKey]]));

test('a pack that clearing signed is a campaign', () => {
  expect(open(seal(PACK))).toEqual(zhumadian2023());
});

describe('no campaign is what', () => {
  test('a stranger signed', () => {
    expect(open(seal(PACK, stranger.privateKey))).toBeNull();
  });
  test('an unknown key signed', () => {
    expect(open({ ...seal(PACK), keyId: 'other' })).toBeNull();
  });
  test('was changed by one character after it was signed', () => {
    const envelope = seal(PACK);
    const payload = envelope.payload.replace('"quota":20000', '"quota":20001');
    expect(payload).not.toBe(envelope.payload);
    expect(open({ ...envelope, payload })).toBeNull();
  });
  test('was signed for another purpose', () => {
    expect(open(sealEnvelope('key-ring', PACK, 'root', root.privateKey))).toBeNull();
  });
  test('was signed and is no JSON', () => {
    const payload = '{"number":';
    const signature = sign(null, Buffer.from(`ZMDV1 envelope campaign-pack\n${payload}`), root.privateKey);
    expect(open({ keyId: 'root', payload, signature: signature.toString('base64url') })).toBeNull();
  });
  test('was signed and is no pack', () => {
    expect(open(seal({ ...PACK, opensOn: '2023-02-30' }))).toBeNull();
    expect(open(seal({ ...PACK, formatVersion: 2 }))).toBeNull();
  });
});
