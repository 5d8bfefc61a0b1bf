import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { businessDay, DAY_MS } from '../../../src/domain/business-day.ts';
import { errorSchema, purchaseSchema } from '../../../src/terminal/till/schemas.ts';
import { startLiveCore, type LiveCore } from '../../support/live-core.ts';

/** The till interface on the real checkout, journal and clearing: what two tills and a broken one can do to it. */

const patience = { timeout: 20_000 };
let live: LiveCore;

beforeAll(async () => {
  live = await startLiveCore();
  await vi.waitFor(async () => expect(await status('03', 'R-0')).toBe(404), patience);
});
afterAll(() => live.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const pathOf = (till: string, receipt: string): string =>
  `/v1/redemptions/${businessDay(Date.now())}/${till}/${receipt}`;

function ask(method: string, path: string, body?: object): Promise<Answer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: live.tillPort,
        method,
        path,
        headers: {
          authorization: `Bearer ${live.tillToken}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        let received = '';
        response.on('data', (chunk: Buffer) => (received += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(received) as unknown }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

const open = (till: string, receipt: string, body: object): Promise<Answer> =>
  ask('PUT', pathOf(till, receipt), body);
const status = async (till: string, receipt: string): Promise<number> =>
  (await ask('GET', pathOf(till, receipt))).status;
const codeOf = ({ body }: Answer): string => errorSchema.parse(body).error.code;

/** Sends the whole request and cuts the line before anything can come back. */
function openAndDie(till: string, receipt: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const socket = connect(live.tillPort, '127.0.0.1', () => {
      socket.write(
        `PUT ${pathOf(till, receipt)} HTTP/1.1\r\nHost: 127.0.0.1:${live.tillPort}\r\n` +
          `Authorization: Bearer ${live.tillToken}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
        () => {
          socket.destroy();
          resolve();
        },
      );
    });
    socket.on('error', reject);
  });
}

async function redeem(): Promise<void> {
  const client = live.client();
  await live.scanVoucher();
  const state = client.latest('checkout');
  if (state?.step !== 'decided') throw new Error(`not decided: ${JSON.stringify(state)}`);
  await client.call('checkout.confirm', { decisionId: state.decisionId });
}

async function redemptions(receiptNumber: string): Promise<number> {
  const recent = await live.client().call('redemptions.recent', { limit: 100 });
  return recent.filter((view) => view.receiptNumber === receiptNumber).length;
}

test('two tills with the same purchase at the same moment open it once, and it is redeemed once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => open('03', 'R-1', { amountFen: 15_000 })),
  );
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
    200, 200, 200, 200, 200, 200, 200, 201,
  ]);
  await redeem();
  const [first, second] = await Promise.all([
    open('03', 'R-1', { amountFen: 15_000 }),
    ask('GET', pathOf('03', 'R-1')),
  ]);
  expect(first.status).toBe(200);
  expect(first.body).toEqual(second.body);
  expect(purchaseSchema.parse(first.body)).toMatchObject({
    state: 'redeemed',
    redemption: { discountFen: 2000, payableFen: 13_000 },
  });
  expect(await redemptions('R-1')).toBe(1);
});

test('two tills with different purchases: one is on the terminal, the other is told to try again, both are served', async () => {
  const answers = await Promise.all([
    open('03', 'R-2', { amountFen: 15_000 }),
    open('04', 'R-2', { amountFen: 16_000 }),
  ]);
  expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  const [winner, loser] = answers[0].status === 201 ? (['03', '04'] as const) : (['04', '03'] as const);
  expect(codeOf(answers[winner === '03' ? 1 : 0])).toBe('busy');
  await redeem();
  expect((await open(loser, 'R-2', { amountFen: loser === '03' ? 15_000 : 16_000 })).status).toBe(201);
  expect((await ask('GET', pathOf(winner, 'R-2'))).body).toMatchObject({ state: 'redeemed', till: winner });
  await redeem();
  const views = await Promise.all(['03', '04'].map((till) => ask('GET', pathOf(till, 'R-2'))));
  expect(views.map(({ body }) => purchaseSchema.parse(body).redemption?.payableFen)).toEqual([
    13_000, 14_000,
  ]);
  expect(await redemptions('R-2')).toBe(2);
});

test('a till that dies between request and answer asks again with the same key: one redemption, the same result', async () => {
  for (let death = 0; death < 3; death += 1) await openAndDie('03', 'R-3', { amountFen: 20_000 });
  await expect.poll(() => status('03', 'R-3'), patience).toBe(200);
  await redeem();
  // It dies once more when the result is already there.
  await openAndDie('03', 'R-3', { amountFen: 20_000 });
  const again = await open('03', 'R-3', { amountFen: 20_000 });
  expect(again.status).toBe(200);
  expect(purchaseSchema.parse(again.body)).toMatchObject({
    state: 'redeemed',
    amountFen: 20_000,
    redemption: { discountFen: 2000, payableFen: 18_000 },
  });
  expect(await redemptions('R-3')).toBe(1);
});

test('the same key with another amount is an error before and after the redemption, and changes nothing', async () => {
  await open('03', 'R-4', { amountFen: 20_000 });
  const before = await open('03', 'R-4', { amountFen: 20_001 });
  expect([before.status, codeOf(before)]).toEqual([409, 'amount-differs']);
  await redeem();
  const after = await open('03', 'R-4', { amountFen: 19_999 });
  expect([after.status, codeOf(after)]).toEqual([409, 'amount-differs']);
  expect(errorSchema.parse(after.body).purchase).toMatchObject({ state: 'redeemed', amountFen: 20_000 });
  expect(await redemptions('R-4')).toBe(1);
});

test('after the terminal was started anew the till hears the same, with the list amount that it gave', async () => {
  const amounts = { amountFen: 20_000, listAmountFen: 25_000 };
  await open('03', 'R-5', amounts);
  await redeem();
  const before = await ask('GET', pathOf('03', 'R-5'));
  await live.restart();
  await expect.poll(() => status('03', 'R-5').catch(() => 0), patience).toBe(200);
  expect(await ask('GET', pathOf('03', 'R-5'))).toEqual(before);
  expect(await open('03', 'R-5', amounts)).toEqual(before);
  const other = await open('03', 'R-5', { ...amounts, listAmountFen: 26_000 });
  expect([other.status, codeOf(other)]).toEqual([409, 'amount-differs']);

  await live.signIn();
  const [newest] = await live.client().call('redemptions.recent', { limit: 1 });
  const { epoch, seq } = newest ?? { epoch: 0, seq: 0 };
  await live.client().call('redemptions.reverse', { epoch, seq, reason: '', approval: null });
  const reversed = await ask('GET', pathOf('03', 'R-5'));
  expect(reversed.body).toMatchObject({ state: 'reversed', amountFen: 20_000, listAmountFen: 25_000 });
  await live.restart();
  await expect.poll(() => status('03', 'R-5').catch(() => 0), patience).toBe(200);
  expect(await open('03', 'R-5', amounts)).toEqual(reversed);
});

test('a day that is not open is refused with the open one, and nothing is opened', async () => {
  const today = businessDay(Date.now());
  await live.signIn();
  for (const day of ['2020-01-01', '2099-12-31', businessDay(Date.now() + DAY_MS)]) {
    const path = pathOf('03', 'R-9').replace(today, day);
    const answer = await ask('PUT', path, { amountFen: 20_000 });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'wrong-day']);
    expect(errorSchema.parse(answer.body).error.openDay).toBe(today);
    expect((await ask('GET', path)).status).toBe(404);
  }
  expect((await open('03', 'R-9', { amountFen: 20_000 })).status).toBe(201);
});

test("a program that took the till's port first is noticed, and the notice goes away with it", async () => {
  await live.stopCore();
  const squatter = createServer((_request, response) => response.end('{"state":"redeemed"}'));
  await new Promise<void>((resolve) => squatter.listen(live.tillPort, '127.0.0.1', resolve));
  await live.restart();
  const notices = async (): Promise<unknown> =>
    (await live.client().call('app.snapshot', undefined)).app.notices;
  const notice = { code: 'till-port-taken', params: { port: live.tillPort } };
  await vi.waitFor(async () => expect(await notices()).toMatchObject([notice]), patience);
  squatter.closeAllConnections();
  await new Promise((resolve) => squatter.close(resolve));
  await vi.waitFor(() => expect(live.client().latest('app')?.notices).toEqual([]), patience);
  expect(await status('03', 'R-0')).toBe(404);
}, 60_000);
