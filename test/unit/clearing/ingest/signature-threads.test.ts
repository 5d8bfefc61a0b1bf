import { afterEach, describe, expect, it } from 'vitest';
import { rawPublicKey, signingKey, signMessage } from '../../../../src/codes/signatures.ts';
import { packSignatures, unpackSignatures } from '../../../../src/clearing/ingest/signature-message.ts';
import {
  type SignatureThreads,
  signatureThreads,
} from '../../../../src/clearing/ingest/signature-threads.ts';
import { checkHere, type SignatureToCheck } from '../../../../src/clearing/ingest/signatures.ts';

const opened: SignatureThreads[] = [];
afterEach(async () => {
  for (const threads of opened.splice(0)) await threads.close();
});

function start(count: number): SignatureThreads {
  const threads = signatureThreads(count);
  opened.push(threads);
  return threads;
}

function signed(nth: number, algorithm: 'ed25519' | 'sm2' = 'ed25519'): SignatureToCheck {
  const key = signingKey(algorithm, new Uint8Array(32).fill((nth % 200) + 1));
  const message = new TextEncoder().encode(`message ${nth}`);
  return { algorithm, publicKey: rawPublicKey(key), message, signature: signMessage(key, message) };
}

/** Every third is right; the others are wrong in one way or another. */
function mixed(count: number): SignatureToCheck[] {
  return Array.from({ length: count }, (_, nth) => {
    const item = signed(nth);
    if (nth % 3 === 0) return item;
    const wrong: readonly Partial<SignatureToCheck>[] = [
      { message: new Uint8Array(0) },
      { signature: item.signature.map((byte, index) => (index === 63 ? byte ^ 1 : byte)) },
      { signature: item.signature.subarray(1) },
      { signature: new Uint8Array(0) },
      { publicKey: signed(nth + 1).publicKey },
      { publicKey: item.publicKey.subarray(1) },
      { algorithm: 'sm2' },
    ];
    return { ...item, ...wrong[nth % wrong.length] };
  });
}

/** The sum of two little-endian numbers of 32 bytes. */
function plus(a: Uint8Array, b: Uint8Array): Uint8Array {
  let carry = 0;
  return a.map((byte, index) => {
    const sum = byte + (b[index] ?? 0) + carry;
    carry = sum >> 8;
    return sum & 255;
  });
}

describe('signatures of a batch', () => {
  it.each([0, 1, 5, 6, 39, 40, 41, 400])(
    'are answered in their order, whatever their number: %i',
    async (count) => {
      const items = mixed(count);
      const answers = await start(3).check(items);
      expect(answers).toEqual(items.map((_, nth) => nth % 3 === 0));
      expect(answers).toEqual(checkHere(items));
    },
  );

  it('are what the terminals’ own library says, also of keys and numbers that only an attacker writes', async () => {
    const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
    // RFC 8032: the group's order, little-endian; then the points of small order, canonical and not.
    const order = hex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
    const points = [
      `01${'00'.repeat(31)}`,
      `01${'00'.repeat(30)}80`,
      `ec${'ff'.repeat(30)}7f`,
      '00'.repeat(32),
      `${'00'.repeat(31)}80`,
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
      `ed${'ff'.repeat(30)}7f`,
      `ee${'ff'.repeat(30)}7f`,
      `ed${'ff'.repeat(31)}`,
      'ff'.repeat(32),
    ].map(hex);
    const { publicKey, message, signature } = signed(1);
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
    const numbers = [new Uint8Array(32), order, s, plus(s, order), new Uint8Array(32).fill(255)];
    const items = [publicKey, ...points].flatMap((key) =>
      [r, ...points].flatMap((point) =>
        numbers.map((number): SignatureToCheck => {
          const both = Uint8Array.from([...point, ...number]);
          return { algorithm: 'ed25519', publicKey: key, message, signature: both };
        }),
      ),
    );
    const expected = checkHere(items);
    expect(await start(1).check(items)).toEqual(expected);
    expect(expected, 'some of them fool the library, or nothing is compared').toContain(true);
  });

  it('are each batch’s own, also when many batches are checked at once', async () => {
    const threads = start(2);
    const batches = Array.from({ length: 20 }, (_, nth) => mixed(10 + nth));
    const answers = await Promise.all(batches.map(async (batch) => threads.check(batch)));
    expect(answers).toEqual(batches.map((batch) => checkHere(batch)));
  });

  it('by SM2 are checked too', async () => {
    const right = signed(1, 'sm2');
    expect(await start(1).check([right, { ...right, message: new Uint8Array(3) }])).toEqual([true, false]);
  });

  it('that a thread did not answer before it ended are no answer, and the next batch gets a new thread', async () => {
    const threads = start(1);
    const cut = expect(threads.check(mixed(400))).rejects.toThrow('has ended');
    await threads.close();
    await cut;
    expect(await threads.check(mixed(60))).toEqual(checkHere(mixed(60)));
  });
});

describe('signatures on their way to a thread', () => {
  it('arrive as they were sent, and cut short they are refused', () => {
    const items = mixed(30);
    const packed = packSignatures(items);
    expect(unpackSignatures(packed)).toEqual(items.map((item) => ({ ...item })));
    expect(() => unpackSignatures(packed.subarray(0, -1))).toThrow(RangeError);
    expect(() => unpackSignatures(Uint8Array.of(7, ...packed.subarray(1)))).toThrow(RangeError);
  });
});
