import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { renderEscPos } from '../../../native/printers/render.ts';
import { createSerialPrinter } from '../../../native/printers/serial-printer.ts';
import { createSystemPrinter } from '../../../native/printers/system-printer.ts';
import { createTcpPrinter } from '../../../native/printers/tcp-printer.ts';
import type { Device } from '../../../src/contract/terminal/state.ts';
import { openPrintQueue, PRINT_BY_ITSELF_MS } from '../../../src/terminal/devices/print-queue.ts';
import { openPrinter, type Printer } from '../../../src/terminal/devices/printer.ts';
import { printerSettingsSchema } from '../../../src/contract/terminal/device-settings.ts';
import { redemptionSlip } from '../../../src/terminal/devices/slips.ts';
import { decodeEscPos } from '../../support/escpos-decoder.ts';
import { sampleOrigin, sampleRedemption } from '../../support/sample-slips.ts';
import {
  startVirtualPrinter,
  type PrinterHabits,
  type VirtualPrinter,
} from '../../support/virtual-printer.ts';
import { createPtyPair } from '../../support/virtual-serial.ts';

const slip = redemptionSlip(sampleRedemption, sampleOrigin);
const bytes = renderEscPos(slip, 32);
const patience = { connectMs: 2000, answerMs: 200, stallMs: 300 };
const waitFor = { timeout: 20_000, interval: 10 };

let dir: string;
const toStop: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'printer-'));
});
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
  await rm(dir, { recursive: true, force: true });
});

async function sink(habits: PrinterHabits = {}, port = 0): Promise<VirtualPrinter> {
  const printer = await startVirtualPrinter(habits, port);
  toStop.push(() => printer.stop());
  return printer;
}

const faultOf = (sending: Promise<void>): Promise<unknown> =>
  sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('a slip over the network', () => {
  test.each([
    ['mute', {}, 100],
    ['answering', { answers: true }, 5000],
    ['slow', { answers: true, bytesPerTick: 60 }, 5000],
  ])('arrives whole at a printer that is %s', async (_name, habits, answerMs) => {
    const printer = await sink(habits);
    const patient = { connectMs: 5000, answerMs, stallMs: 10_000 };
    await createTcpPrinter('127.0.0.1', printer.port, patient).send(bytes);
    await vi.waitFor(() => expect(printer.slips).toHaveLength(1), waitFor);
    expect(decodeEscPos(printer.slips[0] ?? Buffer.alloc(0))).toEqual(decodeEscPos(bytes));
  });

  test('is not sent to a printer without paper', async () => {
    const printer = await sink({ answers: true, paper: false });
    const sending = createTcpPrinter('127.0.0.1', printer.port, patience).send(bytes);
    expect(await faultOf(sending)).toBe('printer-out-of-paper');
    await vi.waitFor(() => expect(printer.slips[0]?.length).toBe(3), waitFor);
  });

  test.each([
    ['stops taking data', { answers: true, fullAfter: 100 }],
    ['dies half-way', { answers: true, diesAfter: 500 }],
    ['hangs up at once', { diesAfter: 1 }],
  ])('is not believed to be printed by one that %s', async (_name, habits) => {
    const printer = await sink(habits);
    const sending = createTcpPrinter('127.0.0.1', printer.port, patience).send(bytes);
    expect(await faultOf(sending)).toBe('printer-unavailable');
  });

  const STATUS = [0x14, 0, 0, 0x0f];
  const NO_PAPER = [0x1c, 0, 0x0c, 0x0f];
  const text = (said: string): number[] => [...Buffer.from(said)];
  const toQuestion = (piece: Buffer, answer: number): number[] =>
    piece.includes(Buffer.of(0x10, 4, 4)) ? [answer] : [];

  test.each<[string, PrinterHabits, string]>([
    ['sends its status unasked', { greeting: STATUS, answers: true }, 'sent'],
    [
      'sends its status unasked and never finishes',
      { greeting: STATUS, says: (piece) => toQuestion(piece, 0x12) },
      'printer-unavailable',
    ],
    [
      'sends the end of a status block after the question',
      {
        greeting: STATUS.slice(0, 2),
        says: (_piece, soFar) => (soFar < 10 ? [0x12, ...STATUS.slice(2)] : []),
      },
      'printer-unavailable',
    ],
    ['says unasked that it has no paper', { greeting: NO_PAPER }, 'printer-out-of-paper'],
    [
      'says unasked that its paper ran out while it prints',
      { says: (piece, soFar) => (soFar < 10 ? toQuestion(piece, 0x12) : NO_PAPER) },
      'printer-out-of-paper',
    ],
    ['takes it and never reads', { deaf: true }, 'printer-unconfirmed'],
    ['says that it is well and never reads on', { greeting: [0x12], deaf: true }, 'printer-unavailable'],
    ['is a web server', { says: () => text('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'printer-unavailable'],
    ['is a server with a greeting', { greeting: text('220 printer ready\r\n') }, 'printer-unavailable'],
    ['sends back what it gets', { says: (piece) => piece }, 'printer-unavailable'],
    ['answers nonsense', { says: () => [0xff] }, 'printer-unavailable'],
  ])('counts as printed or not as it should: the printer %s', async (_name, habits, outcome) => {
    const printer = await sink(habits);
    expect(await faultOf(createTcpPrinter('127.0.0.1', printer.port, patience).send(bytes))).toBe(outcome);
  });

  test('is refused where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    const port = typeof address === 'object' ? (address?.port ?? 1) : 1;
    expect(await faultOf(createTcpPrinter('127.0.0.1', port, patience).send(bytes))).toBe(
      'printer-unavailable',
    );
  });
});

test('a slip over a serial line arrives whole', async () => {
  const cable = await createPtyPair(dir, 'printer');
  toStop.push(() => cable.stop());
  const received = cable.collect();
  await createSerialPrinter(cable.appPath, 115_200, patience).send(bytes);
  await vi.waitFor(() => expect(received().length).toBeGreaterThanOrEqual(bytes.length + 3), waitFor);
  expect(decodeEscPos(received())).toEqual(decodeEscPos(bytes));
  expect(await faultOf(createSerialPrinter(join(dir, 'gone'), 9600, patience).send(bytes))).toBe(
    'device-missing',
  );
});

test("a slip through the system's queue arrives whole, and what the system says is passed on", async () => {
  const spooled = join(dir, 'spooled');
  await writeFile(
    join(dir, 'lp'),
    `#!/bin/sh\n[ "$5" = "Kasse 1" ] || { echo "no such printer: $5" >&2; exit 1; }\ncat > '${spooled}'\n`,
    { mode: 0o755 },
  );
  const path = process.env['PATH'];
  vi.stubEnv('PATH', `${dir}:${path ?? ''}`);
  try {
    await createSystemPrinter('Kasse 1', 'linux').send(bytes);
    expect(await readFile(spooled)).toEqual(bytes);
    await expect(createSystemPrinter('Kasse 2', 'linux').send(bytes)).rejects.toMatchObject({
      code: 'printer-unavailable',
      message: 'no such printer: Kasse 2',
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

describe('slips that wait', () => {
  let nowMs = Date.UTC(2023, 5, 10);
  let devices: readonly Device[];

  async function printerAt(port: number): Promise<Printer> {
    const printer = await openPrinter({
      settings: printerSettingsSchema.parse({ connection: { type: 'tcp', host: '127.0.0.1', port } }),
      dir,
      nowMs: () => nowMs,
      onChange: (changed) => (devices = changed),
    });
    if (printer === null) throw new Error('no printer');
    toStop.push(() => printer.stop());
    return printer;
  }
  const add = (printer: Printer, id: string): Promise<unknown> => printer.queue.add({ id, title: id, slip });

  beforeEach(() => {
    devices = [];
  });

  test('block nothing while the printer is gone, and are printed in order when it is back', async () => {
    const first = await sink();
    const { port } = first;
    await first.stop();
    const printer = await printerAt(port);
    for (const id of ['1-1', '1-2', '1-3']) expect(await add(printer, id)).toBe('kept');
    await vi.waitFor(() => expect(devices[0]?.problem?.code).toBe('printer-unavailable'), waitFor);
    expect(printer.queue.waiting().map(({ id }) => id)).toEqual(['1-1', '1-2', '1-3']);
    const back = await sink({ answers: true }, port);
    await vi.waitFor(() => expect(printer.queue.waiting()).toEqual([]), waitFor);
    expect(back.slips).toHaveLength(3);
    expect(devices[0]).toMatchObject({ status: 'open', problem: null });
    await vi.waitFor(async () => expect(await readdir(dir)).toEqual([]), waitFor);
  });

  test('outlive a restart, once each, and a broken file harms no other', async () => {
    const paperless = await sink({ answers: true, paper: false });
    const before = await printerAt(paperless.port);
    expect(await add(before, '1-1')).toBe('kept');
    expect(await add(before, '1-1')).toBe('known');
    await add(before, '1-2');
    await before.stop();
    await writeFile(join(dir, 'ffff.json'), '{"id":');
    paperless.habits = { answers: true };
    const after = await printerAt(paperless.port);
    await vi.waitFor(() => expect(after.queue.waiting()).toEqual([]), waitFor);
    const whole = paperless.slips.filter((received) => received.length > 100);
    expect(whole).toHaveLength(2);
    await vi.waitFor(async () => expect(await readdir(dir)).toEqual(['ffff.json.broken']), waitFor);
  });

  test('that are old are not printed by themselves, but when asked for', async () => {
    const paperless = await sink({ answers: true, paper: false });
    const printer = await printerAt(paperless.port);
    await add(printer, '1-1');
    await vi.waitFor(() => expect(devices[0]?.problem?.code).toBe('printer-out-of-paper'), waitFor);
    nowMs += PRINT_BY_ITSELF_MS;
    paperless.habits = { answers: true };
    await add(printer, '1-2');
    await vi.waitFor(() => expect(printer.queue.waiting().map(({ id }) => id)).toEqual(['1-1']), waitFor);
    printer.queue.printAll();
    await vi.waitFor(() => expect(printer.queue.waiting()).toEqual([]), waitFor);
  });

  test('are kept, but sent once, when the printer gives no sign of reading them', async () => {
    const deaf = await sink({ deaf: true });
    const transport = createTcpPrinter('127.0.0.1', deaf.port, patience);
    const problems: (string | undefined)[] = [];
    const queue = await openPrintQueue({
      dir,
      render: () => bytes,
      send: (slipBytes) => transport.send(slipBytes),
      nowMs: () => nowMs,
      onState: (problem) => problems.push(problem?.code),
    });
    toStop.push(() => queue.stop());
    await queue.add({ id: '1-1', title: '1-1', slip });
    await vi.waitFor(() => expect(problems).toEqual(['printer-unconfirmed']), waitFor);
    deaf.habits = {};
    await queue.add({ id: '1-2', title: '1-2', slip });
    await vi.waitFor(() => expect(queue.waiting().map(({ id }) => id)).toEqual(['1-1']), waitFor);
    expect(deaf.connections()).toBe(2);
    queue.printAll();
    await vi.waitFor(() => expect(queue.waiting()).toEqual([]), waitFor);
  });

  test('are bounded', async () => {
    const paperless = await sink({ answers: true, paper: false });
    const printer = await printerAt(paperless.port);
    const answers = await Promise.all(Array.from({ length: 505 }, (_, index) => add(printer, `1-${index}`)));
    expect(answers.filter((answer) => answer === 'full')).toHaveLength(5);
  });
});
