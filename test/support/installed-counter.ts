import { expect } from 'vitest';
import type { AppPage } from './app-window.ts';
import type { ClearingProcess } from './clearing-process.ts';
import type { Phone } from './demo-phone.ts';
import type { PtyPair } from './virtual-serial.ts';

/** The first manager's, of every seed here. */
export const PIN = '246810';

export interface CounterAround {
  readonly clearing: ClearingProcess;
  readonly phone: Phone;
  readonly scanner: PtyPair;
}

export function seedFor(
  { clearing, scanner }: CounterAround,
  category: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    version: 1,
    clearing: { url: clearing.url, activationCode: clearing.activationCode(category) },
    manager: { name: '王店长', pin: PIN },
    devices: { serial: [{ path: scanner.appPath }], hid: 'off' },
    ...more,
  });
}

export async function signIn(window: AppPage): Promise<void> {
  await window.see('phase-sign-in');
  await window.page.keyboard.type(PIN, { delay: 120 });
  await window.page.keyboard.press('Enter');
  await window.see('phase-open');
}

/** One voucher from the scan until clearing has settled it; somebody is signed in. */
export async function redeemOne(
  window: AppPage,
  { clearing, phone, scanner }: CounterAround,
  { kind, amount }: { readonly kind: string; readonly amount: string },
): Promise<void> {
  await window.see('step-ready');
  const person = `install-${Math.random()}`;
  const voucher = await phone.order(clearing.url, clearing.operatorToken, { kind, person });
  for (const light of ['network', 'scanner'])
    await expect
      .poll(() => window.find(`light-${light}`).getAttribute('data-tone'), { timeout: 20_000 })
      .toBe('ok');
  await window.page.keyboard.type(amount, { delay: 120 });
  await scanner.write(`${phone.show(Date.now(), voucher)}\r\n`);
  await window.see('step-decided').catch(async (error: unknown) => {
    throw new Error(`${String(error)}; the window shows: ${await window.page.innerText('body')}`);
  });
  await window.page.locator('[data-testid="step-decided"][data-armed="true"]').waitFor();
  await window.page.keyboard.press('Enter');
  await window.see('step-accepted');
  await expect
    .poll(() => window.find('last-state').getAttribute('data-state'), { timeout: 20_000 })
    .toBe('settled');
}

/** Version and number of redemptions as the running app tells them. */
export async function told(window: AppPage): Promise<unknown> {
  return window.page.evaluate(async () => {
    const { call } = (
      globalThis as unknown as {
        terminal: { call: Record<string, (input: unknown) => Promise<{ output: unknown }>> };
      }
    ).terminal;
    const snapshot = await call['app.snapshot']?.(undefined);
    const recent = await call['redemptions.recent']?.({ limit: 10 });
    return [
      (snapshot?.output as { app: { version: string } }).app.version,
      (recent?.output as unknown[]).length,
    ];
  });
}
