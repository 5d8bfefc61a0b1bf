import { PassThrough, Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run.ts';
import { CATEGORIES } from '../../../src/domain/campaign.ts';
import { base64, hex, someText } from '../../support/codes.ts';

async function run(args: readonly string[], input: string | readonly (string | Uint8Array)[] = '') {
  const chunks = (typeof input === 'string' ? [input] : input).map((chunk) => Buffer.from(chunk));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = Promise.all([readAll(stdout), readAll(stderr)]);
  const code = await runCli(args, { stdin: Readable.from(chunks), stdout, stderr });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  const lines = out === '' ? [] : out.trimEnd().split('\n');
  return { code, out, err, lines };
}
const answers = async (command: string, lines: readonly string[]) => {
  const { lines: out } = await run([command], lines.join('\n'));
  return out.map((line) => JSON.parse(line) as unknown);
};

const CASE = {
  at: '2023-06-10T12:00:00+08:00',
  store: { category: 'supermarket' },
  purchase: { amountFen: 9_999 },
  voucher: {
    kind: 'supermarket-20',
    notBefore: '2023-06-08T00:00:00+08:00',
    notAfter: '2023-06-15T00:00:00+08:00',
  },
};
const VEHICLE = {
  priceFen: 6_000_000,
  seats: 5,
  buyer: 'person',
  invoiceIssuedOn: '2023-06-01',
  invoiceReissued: false,
  papersAgree: true,
};
const CAR_CASE = {
  ...CASE,
  store: { category: 'car' },
  purchase: { vehicle: VEHICLE },
  voucher: { ...CASE.voucher, kind: 'car-1000' },
};
const decideOne = async (value: unknown) => (await answers('decide', [JSON.stringify(value)]))[0];
const car = (changes: object) =>
  decideOne({ ...CAR_CASE, purchase: { vehicle: { ...VEHICLE, ...changes } } });

describe('cli decide', () => {
  test('prints exactly the promised lines, keys in their order', async () => {
    const enough = { ...CASE, purchase: { amountFen: 10_000 } };
    const { out, err, code } = await run(['decide'], `${JSON.stringify(CASE)}\n${JSON.stringify(enough)}\n`);
    expect(out).toBe(
      '{"verdict":"refuse","code":"below-threshold","params":{"minSpendFen":10000,"shortfallFen":1}}\n' +
        '{"verdict":"accept","discountFen":2000,"payableFen":8000}\n',
    );
    expect([err, code]).toEqual(['', 0]);
  });
  test('a car by its papers; passengerCar may be left out', async () => {
    expect(await car({})).toEqual({ verdict: 'accept', discountFen: 100_000, payableFen: 5_900_000 });
    expect(await car({ passengerCar: false })).toMatchObject({ code: 'car-not-passenger' });
    expect(await car({ invoiceIssuedOn: '2023-06-11' })).toMatchObject({ code: 'car-papers-contradict' });
    expect(await car({ invoiceIssuedOn: '2023-04-30' })).toMatchObject({ code: 'car-invoice-too-early' });
    expect(await car({ priceFen: 999_999 })).toMatchObject({ code: 'car-price-below-minimum' });
  });
  test('what is missing at the counter is a refusal, what is missing on the form a bad case', async () => {
    expect(await decideOne({ ...CASE, purchase: {} })).toMatchObject({ code: 'amount-missing' });
    expect(await decideOne({ ...CASE, purchase: { amountFen: null } })).toMatchObject({
      code: 'amount-missing',
    });
    expect(await decideOne({ ...CAR_CASE, purchase: { amountFen: 6_000_000 } })).toMatchObject({
      error: { path: 'purchase.vehicle' },
    });
  });
  test('times come back as they are written in Shanghai, an unknown kind by its name', async () => {
    expect(await decideOne({ ...CASE, at: '2023-06-14T16:00:00Z' })).toEqual({
      verdict: 'refuse',
      code: 'voucher-expired',
      params: { notAfter: '2023-06-15T00:00:00+08:00' },
    });
    expect(await decideOne({ ...CASE, at: '2023-06-07T23:59:59+08:00' })).toMatchObject({
      params: { notBefore: '2023-06-08T00:00:00+08:00' },
    });
    const voucher = { ...CASE.voucher, kind: 'supermarket-30' };
    expect(await decideOne({ ...CASE, voucher })).toEqual({
      verdict: 'refuse',
      code: 'unknown-voucher-kind',
      params: { kind: 'supermarket-30' },
    });
  });
  test.each<[string, string]>([
    ['', ''],
    ['', '  '],
    ['', '{'],
    ['', 'null'],
    ['', '[]'],
    ['', '"x"'],
    ['at', JSON.stringify({ ...CASE, at: '2023-06-10T12:00:00' })],
    ['at', JSON.stringify({ ...CASE, at: '2023-02-30T12:00:00+08:00' })],
    ['at', JSON.stringify({ ...CASE, at: 1_686_369_600_000 })],
    ['store', JSON.stringify({ ...CASE, store: undefined })],
    ['store.category', JSON.stringify({ ...CASE, store: { category: 'books' } })],
    ['purchase.amountFen', JSON.stringify({ ...CASE, purchase: { amountFen: '9999' } })],
    ['purchase.amountFen', JSON.stringify({ ...CASE, purchase: { amountFen: -1 } })],
    ['purchase.amountFen', JSON.stringify({ ...CASE, purchase: { amountFen: 0.5 } })],
    ['purchase.amountFen', JSON.stringify({ ...CASE, purchase: { amountFen: 2 ** 53 } })],
    [
      'purchase.vehicle.invoiceIssuedOn',
      JSON.stringify({ ...CAR_CASE, purchase: { vehicle: { ...VEHICLE, invoiceIssuedOn: '2023-02-30' } } }),
    ],
    [
      'purchase.vehicle.seats',
      JSON.stringify({ ...CAR_CASE, purchase: { vehicle: { ...VEHICLE, seats: 0 } } }),
    ],
    [
      'purchase.vehicle.buyer',
      JSON.stringify({ ...CAR_CASE, purchase: { vehicle: { ...VEHICLE, buyer: 'dog' } } }),
    ],
    ['voucher.notAfter', JSON.stringify({ ...CASE, voucher: { ...CASE.voucher, notAfter: '2023-06-15' } })],
    ['voucher.serial', JSON.stringify({ ...CASE, voucher: { ...CASE.voucher, serial: 1 } })],
    ['surprise', JSON.stringify({ ...CASE, surprise: 1 })],
  ])('a bad case names its place (%j) and the run goes on: %s', async (path, line) => {
    const [bad, good] = await answers('decide', [line, JSON.stringify(CASE)]);
    expect(bad).toEqual({ error: { code: 'bad-case', path, message: expect.any(String) as string } });
    expect(good).toMatchObject({ code: 'below-threshold' });
  });
  test('the same instant in any zone gives the same line', async () => {
    const zones = ['2023-06-10T12:00:00+08:00', '2023-06-10T04:00:00Z', '2023-06-09T23:30:00-04:30'];
    const lines = await answers(
      'decide',
      zones.map((at) => JSON.stringify({ ...CASE, at })),
    );
    expect(new Set(lines.map((line) => JSON.stringify(line))).size).toBe(1);
  });
  test('thousands of lines come back in order, however they are cut', async () => {
    const cases = Array.from({ length: 5_000 }, (_, index) => ({
      ...CASE,
      purchase: { amountFen: 10_000 + index },
    }));
    const bytes = Buffer.from(cases.map((one) => JSON.stringify(one)).join('\r\n'));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, at) =>
      bytes.subarray(at * 777, at * 777 + 777),
    );
    const { lines } = await run(['decide'], chunks);
    expect(lines.map((line) => (JSON.parse(line) as { payableFen: number }).payableFen)).toEqual(
      cases.map((_, index) => 8_000 + index),
    );
  });
  test('a line without end is passed over, not kept', async () => {
    const { lines } = await run(['decide'], ['x'.repeat(3_000_000), '\n', JSON.stringify(CASE)]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('too long');
  });
  test('whatever the JSON, there is one line for it', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({
        at: fc.oneof(fc.constant(CASE.at), fc.string()),
        store: fc.record({ category: fc.constantFrom(...CATEGORIES) }),
        purchase: fc.record({ amountFen: fc.oneof(fc.maxSafeNat(), fc.double(), fc.constant(null)) }),
        voucher: fc.constant(CASE.voucher),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
        const { lines, code } = await run(['decide'], values.map((one) => JSON.stringify(one)).join('\n'));
        expect([lines.length, code]).toEqual([values.length, 0]);
      }),
      { numRuns: 50 },
    );
  });
  test('a campaign file is checked; what it contradicts goes to standard error', async () => {
    const file = fileURLToPath(
      new URL('../../../src/contract/campaign/zhumadian-2023.json', import.meta.url),
    );
    const good = await run(['decide', '--campaign', file], JSON.stringify(CASE));
    expect(good).toMatchObject({ code: 0, err: expect.stringContaining('1500') as string });
    const none = await run(['decide', '--campaign', '/nowhere/pack.json'], JSON.stringify(CASE));
    expect([none.code, none.out]).toEqual([1, '']);
    const other = fileURLToPath(new URL('../../../package.json', import.meta.url));
    const bad = await run(['decide', '--campaign', other], JSON.stringify(CASE));
    expect(bad).toMatchObject({ code: 1, out: '', err: expect.stringContaining('formatVersion') as string });
  });
  test('explains a refusal where asked to', async () => {
    const { lines } = await run(['decide', '--explain', 'zh'], JSON.stringify(CASE));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: expect.stringContaining('20 元券') as string,
    });
  });
});

describe('cli classify', () => {
  test('prints exactly the promised lines', async () => {
    const scans = [
      '6212345678901234567',
      someText('ed25519', 'sm2'),
      base64(hex('85 05 4350563031 61 07 4F 05 A000000333')),
      base64(hex('85 05 4350563031 61 07 4F 05 A000000003')),
      '281234567890123456',
      '131234567890123456',
      '6901234567892\r\n',
      'https://example.com',
      'hello',
      '',
    ];
    const { out, code } = await run(['classify'], scans.map((scan) => JSON.stringify(scan)).join('\n'));
    expect(out).toBe(
      [
        '{"family":"unionpay-c2b","wallet":"unionpay"}',
        '{"family":"voucher","aid":"F05A4D44564331"}',
        '{"family":"emv-cpm","wallet":"unionpay","aid":"A000000333"}',
        '{"family":"emv-cpm","aid":"A000000003"}',
        '{"family":"alipay","wallet":"alipay"}',
        '{"family":"wechat","wallet":"wechat"}',
        '{"family":"goods-barcode"}',
        '{"family":"url"}',
        '{"family":"unknown","reason":"not-recognised"}',
        '{"family":"unknown","reason":"empty"}',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });
  test.each(['', '12', 'null', '{"a":1}', 'not json', '"open', `"${'x'.repeat(2_000_000)}"`])(
    'broken input is unknown, with a reason',
    async (line) => {
      const [broken, good] = await answers('classify', [line, '"https://example.com"']);
      expect(broken).toEqual({ family: 'unknown', reason: expect.any(String) as string });
      expect(good).toEqual({ family: 'url' });
    },
  );
});

describe('the command line', () => {
  test('names its commands', async () => {
    const { out, code } = await run(['--help']);
    expect([out, code]).toEqual([expect.stringMatching(/decide[^]*classify/), 0]);
    expect((await run([])).code).toBe(0);
  });
  test.each([
    [['toString']],
    [['nonsense']],
    [['classify', 'x']],
    [['decide', '--nonsense']],
    [['decide', '--explain', 'fr']],
  ])('refuses %j with code 2 on standard error', async (args) => {
    const { out, err, code } = await run(args);
    expect([out, code]).toEqual(['', 2]);
    expect(err).not.toBe('');
  });
});
