import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCounter } from '../../test/support/counter.ts';
import type { PhoneVoucher } from '../../test/support/demo-phone.ts';
import { openDisplay } from '../../test/support/display.ts';
import { buildApp } from '../build.ts';
import { ensureRuntime } from '../runtime/ensure.ts';
import { openPhonePanel } from './phone-panel.ts';
import { DEMO_STEPS, playDemo } from './steps.ts';
import { openTranscript } from './transcript.ts';

/**
 * `npm run demo`: clearing, the app and a virtual scanner in `.demo/`, played step by step in the real window.
 * With a display the window stays open afterwards, with a panel that plays the customer's phone.
 */
const FOLDER = join(import.meta.dirname, '../../.demo');

const { executable } = await ensureRuntime();
await buildApp();
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const display = await openDisplay();
const counter = await openCounter({
  folder: FOLDER,
  executable,
  display,
  size: { width: 1366, height: 768 },
});
try {
  const screenshots = join(FOLDER, 'screenshots');
  const transcript = openTranscript(screenshots, DEMO_STEPS, (file) => counter.window().screenshot(file));
  await playDemo(counter, transcript);
  process.exitCode = transcript.end() ? 0 : 1;
  if (display.visible) await stayOpen();
} finally {
  await counter.stop();
  await display.stop();
}

async function stayOpen(): Promise<void> {
  console.log('The window stays open for trying out; close it to end. The manager signs in with PIN 246810.');
  const { clearing, phone, window } = counter;
  const kinds = ['supermarket-20', 'supermarket-40', 'catering-40'];
  const vouchers: PhoneVoucher[] = [];
  for (const kind of [...kinds, ...kinds]) {
    const wanted = { kind, person: `panel-${kind}-${vouchers.length}` };
    vouchers.push(await phone.order(clearing.url, clearing.operatorToken, wanted));
  }
  const panel = await openPhonePanel(
    executable,
    FOLDER,
    vouchers.map((voucher) => ({
      label: `${voucher.kind} #${voucher.serial}`,
      show: () => phone.show(Date.now(), voucher),
    })),
    (text) => counter.scan(text),
  );
  await new Promise<void>((resolve) => window().app.on('close', () => resolve()));
  panel.kill();
}
