import type { Counter } from './counter.ts';

const NAME = '技术员';
const PIN = '864209';

/** From a signed-in manager to support's page for devices, through the screens. */
export async function enterDevicesPage(counter: Counter): Promise<void> {
  const shown = counter.window();
  const { page } = shown;
  await page.evaluate(
    ([name, pin]) => window.terminal.call['manager.addUser']({ name, role: 'support', pin }),
    [NAME, PIN] as const,
  );
  await shown.find('sign-out').click();
  await shown.see('phase-sign-in');
  await page.getByText(NAME).first().click();
  await page.keyboard.type(PIN, { delay: 120 });
  await page.keyboard.press('Enter');
  await shown.see('support');
  await shown.find('tab-devices').click();
  await shown.see('test-code');
}
