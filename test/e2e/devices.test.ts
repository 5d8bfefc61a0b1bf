import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_CODE } from '../../renderer/support/devices/test-code.tsx';
import { CHECKS } from '../../src/contract/terminal/calls-devices.ts';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openCounter, type Counter } from '../support/counter.ts';
import { startBrowser } from '../support/web-window.ts';
import { openDisplay, type Display } from '../support/display.ts';
import { enterDevicesPage } from '../support/support-screen.ts';
import { startVirtualPrinter, type VirtualPrinter } from '../support/virtual-printer.ts';
import { createKeyboardScanner } from '../support/xdotool.ts';

const patience = { timeout: 20_000 };

let display: Display;
let folder: string;
let counter: Counter;
let printer: VirtualPrinter;

beforeAll(async () => {
  display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  printer = await startVirtualPrinter({ answers: true });
  counter = await openCounter({ folder, executable, display });
  counter.window().page.setDefaultTimeout(20_000);
  await hearSounds();
  await counter.activate();
  await counter.signIn();
});
afterAll(async () => {
  await counter.stop();
  await printer.stop();
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes down each sound that really began to play. */
async function hearSounds(): Promise<void> {
  await counter.window().page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const play: () => Promise<void> = Reflect.get(HTMLMediaElement.prototype, 'play');
    HTMLMediaElement.prototype.play = async function (this: HTMLMediaElement) {
      await play.call(this);
      heard.push(/(accepted|refused|unknown)/.exec(this.currentSrc)?.[1] ?? this.currentSrc);
    };
  });
}
const heard = (): Promise<readonly string[]> =>
  counter.window().page.evaluate(() => (window as unknown as { heard: string[] }).heard);

async function voucherCode(): Promise<string> {
  const { phone, clearing } = counter;
  const person = `person-${Math.random()}`;
  const voucher = await phone.order(clearing.url, clearing.operatorToken, { kind: 'supermarket-20', person });
  return phone.show(Date.now(), voucher);
}

async function pressArmed(): Promise<void> {
  await counter
    .window()
    .page.locator('[data-testid="step-decided"][data-armed="true"]')
    .waitFor({ timeout: 15_000 });
  await counter.press('Enter');
  await counter.window().see('step-accepted');
}

test('a voucher typed by a keyboard scanner is redeemed, and the verdicts are heard without a touch', async () => {
  const window = counter.window();
  const scanner = createKeyboardScanner(display);
  await window.see('step-ready');
  // Not a voucher: refused, and heard, before anybody touched the window.
  await scanner.scan(['6901234567892']);
  await window.see('step-refused');
  await expect.poll(heard, patience).toEqual(['refused']);
  await counter.press('Escape');
  await counter.type('20000');
  await scanner.scan([await voucherCode()]);
  await pressArmed();
  await expect.poll(heard, patience).toEqual(['refused', 'accepted']);
  await counter.press('Escape');
});

test('a scanner that types through an input method is understood', async () => {
  const shown = counter.window();
  await shown.see('step-ready');
  await counter.type('20000');
  const code = await voucherCode();
  // An input method hides the character and leaves the physical key, here as Chromium reports it.
  await shown.page.evaluate((text) => {
    const shifted = new Map(Array.from(')!@#$%^&*(').map((sign, digit) => [sign, `Digit${digit}`]));
    const others: Readonly<Record<string, readonly [string, boolean]>> = {
      '+': ['Equal', true],
      '=': ['Equal', false],
      '/': ['Slash', false],
      '-': ['Minus', false],
      _: ['Minus', true],
    };
    const keyOf = (sign: string): readonly [string, boolean] => {
      if (/[a-z]/.test(sign)) return [`Key${sign.toUpperCase()}`, false];
      if (/[A-Z]/.test(sign)) return [`Key${sign}`, true];
      if (/\d/.test(sign)) return [`Digit${sign}`, false];
      return others[sign] ?? [shifted.get(sign) ?? '', true];
    };
    const press = (init: KeyboardEventInit): void => {
      window.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
    };
    for (const sign of text) {
      const [physical, shiftKey] = keyOf(sign);
      press({ key: 'Process', code: physical, shiftKey });
    }
    press({ key: 'Enter', code: 'Enter' });
  }, code);
  await pressArmed();
  await counter.press('Escape');
});

test('a page in a browser window gets nothing out of the till interface, with a rebound name and the token', async () => {
  const browser = await startBrowser(join(folder, 'browser'));
  const evil: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>evil</title>');
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  const { startTillServer } = await import('../../src/terminal/till/server.ts');
  const { createFakeTillCheckout } = await import('../support/fake-till-checkout.ts');
  const checkout = createFakeTillCheckout();
  const refused: string[] = [];
  const token = 'A'.repeat(43);
  const till = await startTillServer({
    checkout,
    token,
    port: 0,
    onRefused: (reason) => refused.push(reason),
  });
  try {
    const address = evil.address();
    const evilPort = typeof address === 'object' && address !== null ? address.port : 0;
    const attack = async (from: string, to: string): Promise<unknown> => {
      const window = await browser.open(from);
      return window.evaluate(
        async ([target, secret]) => {
          const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
          const call = async (options: RequestInit): Promise<unknown> => {
            try {
              const { status, type } = await fetch(target, options);
              return { status, type };
            } catch (error) {
              return { error: String(error) };
            }
          };
          const body = JSON.stringify({ amountFen: 12_850 });
          return Promise.all([
            call({ method: 'PUT', headers, body }),
            call({ method: 'GET', headers }),
            call({ method: 'DELETE', headers }),
            call({ mode: 'no-cors' }),
          ]);
        },
        [to, token] as const,
      );
    };
    const path = '/v1/redemptions/2023-06-10/1/R-1';
    // Another origin: the preflight is refused, nothing is sent; a simple request is turned away unread.
    const foreign = await attack(`http://127.0.0.1:${evilPort}/`, `http://127.0.0.1:${till.port}${path}`);
    const blocked = { error: expect.stringMatching(/Failed to fetch/) as unknown };
    expect(foreign).toMatchObject([blocked, blocked, blocked, { type: 'opaque' }]);
    // A name of the attacker's that now leads to this machine: same origin for the browser, foreign to the till.
    const rebound = `http://evil.localhost:${till.port}`;
    expect(await attack(`${rebound}/`, `${rebound}${path}`)).toMatchObject([
      { status: 403 },
      { status: 403 },
      { status: 403 },
      {},
    ]);
    expect(checkout.opened()).toBe(0);
    expect(new Set(refused)).toEqual(new Set(['no-browsers', 'not-local']));
  } finally {
    await browser.close();
    await till.stop();
    evil.closeAllConnections();
    await new Promise((resolve) => evil.close(resolve));
  }
});

test('a code that a serial scanner reads while a dialog waits is not used, and the cashier is told', async () => {
  const window = counter.window();
  await window.see('step-ready');
  await counter.type('20000');
  const before = (await heard()).length;
  await counter.press('F2');
  await window.see('reversal');
  await counter.scan(await voucherCode());
  await window.see('scan-ignored');
  expect(await window.find('scan-ignored').getAttribute('data-why')).toBe('window');
  await expect.poll(heard, patience).toHaveLength(before + 1);
  await counter.press('Escape');
  await window.see('step-ready');
  // The same scanner serves at once when the dialog is gone.
  await counter.scan(await voucherCode());
  await window.see('step-decided');
  await counter.press('Escape');
});

test('support sets up and tests what stands on the counter, by the screen alone', async () => {
  const shown = counter.window();
  const { page } = shown;
  await enterDevicesPage(counter);

  // The code on the screen, read over the serial line: bytes, settings and verdict.
  await counter.scan(TEST_CODE);
  await expect.poll(() => shown.find('burst').first().getAttribute('data-verdict'), patience).toBe('matches');
  expect(await shown.text('burst-hex')).toContain(
    Buffer.from('SELF').toString('hex').match(/../g)?.join(' '),
  );
  expect(await shown.text('burst-detected')).toContain('9600');

  // One line for each thing that the counter needs.
  await expect.poll(() => shown.find('findings').locator('li').count(), patience).toBe(CHECKS.length);
  expect(await shown.find('finding-clearing').getAttribute('data-level')).toBe('ok');
  expect(await shown.find('finding-scanners').getAttribute('data-level')).toBe('ok');
  expect(await shown.find('finding-printer').getAttribute('data-level')).toBe('warn');

  // A printer is set, previewed, tested.
  await shown.find('set-printer').selectOption('tcp');
  await shown.find('set-printer-host').fill('127.0.0.1');
  await shown.find('set-printer-port').fill(String(printer.port));

  // A scan while a text field has the focus is a scan, and the field keeps what it held.
  // On a busy machine a burst may be torn apart, which no scanner does: then it is scanned again.
  const host = shown.find('set-printer-host');
  const scanIntoField = async (): Promise<readonly [string | null, string]> => {
    await host.fill('127.0.0.1');
    await host.focus();
    await createKeyboardScanner(display).scan([TEST_CODE]);
    await shown.see('typed-test');
    return [await shown.find('typed-test').getAttribute('data-verdict'), await host.inputValue()];
  };
  await expect.poll(scanIntoField, { timeout: 60_000, interval: 500 }).toEqual(['matches', '127.0.0.1']);

  await shown.find('save-devices').click();
  await shown.see('printer-card');
  await shown.find('preview-slip').click();
  await shown.see('slip-preview');
  await expect
    .poll(
      () => page.evaluate(() => document.querySelector<HTMLImageElement>('.slip-preview')?.naturalWidth),
      patience,
    )
    .toBeGreaterThan(100);
  await shown.find('print-test').click();
  await expect.poll(() => printer.slips.filter(({ length }) => length > 100).length, patience).toBe(1);

  // Without paper a slip waits, is shown, and is printed when asked for.
  printer.habits = { answers: true, paper: false };
  await shown.find('print-test').click();
  await shown.see('waiting-slips');
  await expect.poll(() => shown.find('slips-waiting').getAttribute('data-count'), patience).toBe('1');
  printer.habits = { answers: true };
  await shown.find('print-waiting').click();
  await expect.poll(() => printer.slips.filter(({ length }) => length > 100).length, patience).toBe(2);
  await expect.poll(() => shown.find('slips-waiting').count(), patience).toBe(0);

  // Mute is lit; the volume can be tested.
  for (let press = 0; press < 4; press += 1) await shown.find('volume-down').click();
  await shown.see('light-sound');
  await shown.find('volume-up').click();
  await expect.poll(() => shown.find('light-sound').count(), patience).toBe(0);

  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(
    found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
});

test('the hand-over prints an X report by its button, also while the printer is away, and stays open', async () => {
  const shown = counter.window();
  await shown.find('sign-out').click();
  await counter.signIn();
  const slips = (): string => printer.slips.map((slip) => new TextDecoder('gb18030').decode(slip)).join('');
  await counter.press('F8');
  await shown.see('shift');
  await counter.press('Enter');
  await shown.see('shift-sheet');
  await counter.press('F4');
  await shown.see('shift-queued');
  await expect.poll(slips, patience).toContain('本班报表 X');
  printer.habits = { answers: true, paper: false };
  await shown.find('shift-print').click();
  await expect.poll(() => shown.find('shift-queued').getAttribute('data-count'), patience).toBe('2');
  expect(await shown.find('shift-sheet').getAttribute('data-type')).toBe('X');
  printer.habits = { answers: true };
  await counter.press('Escape');
});
