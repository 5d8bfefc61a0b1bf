import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/clearing/operator/operators.ts';
import { type ClearingProcess, startClearing } from '../support/clearing-process.ts';
import { type OperatorWorld, prepareYesterday } from '../support/operator-world.ts';
import { type Browser, startBrowser } from '../support/web-window.ts';

/** More than any page has to stop at. */
const MOST_TABS = 60;

let folder: string;
let world: OperatorWorld;
let clearing: ClearingProcess;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'operator-page-'));
  const data = join(folder, 'data');
  world = await prepareYesterday(data);
  clearing = await startClearing(data);
  browser = await startBrowser(folder);
});
afterAll(async () => {
  await browser.close();
  await clearing.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function enter(page: Page, token: string): Promise<void> {
  await page.getByTestId('token').fill(token);
  await page.getByTestId('enter').click();
}

/** A window of its own for a person with this role, on one of the pages. */
async function come(role: Role, name: string): Promise<Page> {
  const page = await browser.open(`${clearing.url}/`);
  await enter(page, world.tokens[role]);
  await page.getByTestId(`page-${name}`).click();
  await page.getByTestId(`open-${name}`).waitFor();
  return page;
}

async function answer(page: Page, reason?: string): Promise<void> {
  if (reason !== undefined) await page.getByTestId('ask-reason').fill(reason);
  await page.getByTestId('ask-ok').click();
  await page.getByTestId('ask-ok').waitFor({ state: 'detached' });
}

const sees = (page: Page, text: string) => page.getByText(text).first().waitFor();

describe('who may come in', () => {
  it('a wrong token is refused in words, and nothing of it is kept', async () => {
    const page = await browser.open(`${clearing.url}/`);
    expect(page.url()).toBe(`${clearing.url}/operator/`);
    await enter(page, 'zmd_wrong');
    await page.getByTestId('refusal').waitFor();
    expect(await page.getByTestId('refusal').innerText()).toContain('令牌不对');
    await enter(page, '不是令牌');
    await page.getByTestId('refusal').waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length])).toEqual([0, 0]);
    await page.close();
  });

  it('a token lives in its tab only: it outlives a reload, and ends with signing out', async () => {
    const page = await come('auditor', 'budgets');
    await page.reload();
    await page.getByTestId('me').waitFor();
    expect(await page.getByTestId('me').innerText()).toContain('审计吴');
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
      1,
      0,
      '',
    ]);
    await page.getByTestId('sign-out').click();
    await page.getByTestId('sign-in').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.close();
  });

  it('is served with a policy that allows its own scripts only, and no path leads out of its folder', async () => {
    const page = await fetch(`${clearing.url}/operator/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
      expect(policy.split('; ')).toContain(rule);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of [
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '//etc/passwd',
    ])
      expect((await fetch(`${clearing.url}/operator/${path}`)).status).toBe(404);
  });

  it('a page of another origin cannot read it, even with a token', async () => {
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>foreign</title>');
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const page = await browser.open(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const tried = await page.evaluate(
      async ([base, token]) => {
        const attempt = (path: string, init: RequestInit) =>
          fetch(`${base ?? ''}${path}`, init).then(
            async (response) => `read ${(await response.text()).slice(0, 20)}`,
            () => 'refused',
          );
        return [
          await attempt('/v1/operator/me', { headers: { authorization: `Bearer ${token ?? ''}` } }),
          await attempt('/operator/', {}),
          await attempt('/v1/operator/stores', { method: 'POST', body: '{}' }),
        ];
      },
      [clearing.url, world.tokens.admin],
    );
    expect(tried).toEqual(['refused', 'refused', 'refused']);
    await page.close();
    foreign.close();
  });
});

describe('what two people decide', () => {
  it('a store takes part after the district and the city have passed it', async () => {
    const district = await come('district', 'stores');
    await district.getByTestId('add-store').click();
    await district.getByTestId('name-zh').fill('新店超市');
    await district.getByTestId('name-en').fill('New store');
    await district.getByTestId('store-id').fill('new-store');
    await district.getByTestId('save-store').click();
    await district.getByTestId('pass-district').click();
    await district.getByTestId('evidence').fill('统计局名录第 12 号');
    await answer(district);
    // The city's step is not for the district.
    await district.getByTestId('not-for-you').waitFor();
    expect(await district.getByTestId('pass-city').count()).toBe(0);
    await district.close();
    const bureau = await come('bureau', 'stores');
    await bureau.getByTestId('store-new-store').click();
    await sees(bureau, '初审钱');
    await sees(bureau, '限上企业 · 统计局名录第 12 号');
    await bureau.getByTestId('pass-city').click();
    await answer(bureau);
    await bureau.getByTestId('store-suspend').waitFor();
    expect(await clearing.operator('/v1/operator/stores/new-store')).toMatchObject({
      status: 'admitted',
      districtBy: 'op-district',
      cityBy: 'op-bureau',
    });
    await bureau.close();
  });

  it("money of a held entry moves with another person's approval only", async () => {
    const paid = async (): Promise<number> => {
      const { funds } = (await clearing.operator('/v1/operator/campaigns/1/budgets')) as {
        readonly funds: readonly { readonly paidFen: number }[];
      };
      return funds.reduce((sum, { paidFen }) => sum + paidFen, 0);
    };
    const before = await paid();
    const proposer = await come('unionpay', 'held');
    await proposer.getByTestId('held-entry').filter({ hasText: '门店被暂停' }).click();
    await proposer.getByTestId('propose-settle').click();
    await answer(proposer, '暂停前已核销');
    await proposer.getByTestId('proposal').waitFor();
    await sees(proposer, '这是您提出的');
    expect(await proposer.getByTestId('approve').count()).toBe(0);
    expect(await paid()).toBe(before);
    const approver = await come('finance', 'held');
    await approver.getByTestId('held-entry').filter({ hasText: '门店被暂停' }).click();
    await sees(approver, '银联李');
    await approver.getByTestId('approve').click();
    await answer(approver);
    await approver.getByTestId('view-history').click();
    await approver.getByTestId('history').waitFor();
    const row = await approver.getByTestId('history').innerText();
    for (const word of ['结算', '暂停前已核销', '银联李', '财政周', '已批准']) expect(row).toContain(word);
    expect(await paid()).toBe(before + 4000);
    await Promise.all([proposer.close(), approver.close()]);
  });

  it('a return with wrong sums tells the right ones, one behind it which to decide first', async () => {
    const page = await come('unionpay', 'held');
    await page.getByTestId('held-entry').filter({ hasText: '金额和规则算出来的不同' }).click();
    await sees(page, '按规则退回资金 0.00 · 按规则退给顾客 10.00');
    await sees(page, '账本位置');
    const place = /\S+ 1\/\d+/u.exec(await page.locator('main').innerText())?.[0] ?? '';
    await page.getByTestId('held-entry').filter({ hasText: '前面还有一次退货待定' }).click();
    await sees(page, `账本位置 ${place.split(' ')[1] ?? 'none'}`);
    await page.close();
  });

  it('a car voucher is issued after two reviews by different people', async () => {
    const first = await come('unionpay', 'cars');
    await first.getByTestId(`claim-${world.claimId}`).click();
    await first.getByTestId('show-papers').click();
    await first.getByTestId('papers').waitFor();
    await sees(first, '三份材料一致');
    await first.getByTestId('car-pass').click();
    await answer(first);
    const second = await come('bureau', 'cars');
    await second.getByTestId(`claim-${world.claimId}`).click();
    await sees(second, '银联李');
    await second.getByTestId('car-pass').click();
    await answer(second);
    expect(await clearing.operator(`/v1/operator/car-claims/${world.claimId}`)).toMatchObject({
      status: 'issued',
      unionpay: { by: 'op-unionpay', pass: true },
      bureau: { by: 'op-bureau', pass: true },
    });
    // What was handed in with two names is refused at once, and says why.
    await second.getByTestId('cars-refused').click();
    await second.getByTestId(`claim-${world.contradictingClaimId}`).click();
    await second.getByTestId('findings').waitFor();
    await second.getByTestId('show-papers').click();
    await sees(second, '材料不一致：姓名');
    await Promise.all([first.close(), second.close()]);
  });

  it('a closed day is verified, and its payout approved by another person than who prepared it', async () => {
    const unionpay = await come('unionpay', 'settlement');
    await unionpay.getByTestId(`day-${world.day}`).click();
    await unionpay.getByTestId('close-day').click();
    await answer(unionpay);
    await unionpay.getByTestId('verify').click();
    await unionpay.getByTestId('verified').waitFor();
    await unionpay.getByTestId('prepare').click();
    await answer(unionpay);
    await sees(unionpay, '已制 1 张拨付单');
    await unionpay.getByTestId('view-payouts').click();
    await unionpay.getByTestId('payout-prepared').waitFor();
    expect(await unionpay.getByTestId('pick-payout').count()).toBe(0);
    const finance = await come('finance', 'settlement');
    await finance.getByTestId('view-payouts').click();
    await finance.getByTestId('pick-payout').check();
    await finance.getByTestId('approve-payouts').click();
    expect(await finance.getByTestId('approve-sum').innerText()).toContain('40.00');
    await answer(finance, '银行流水 20231101');
    await finance.getByTestId('payout-approved').waitFor();
    const { payouts } = (await clearing.operator('/v1/operator/settlement/payouts')) as {
      readonly payouts: readonly unknown[];
    };
    expect(payouts).toMatchObject([
      { state: 'approved', preparedBy: 'op-unionpay', approvedBy: 'op-finance', amountFen: 4000 },
    ]);
    await Promise.all([unionpay.close(), finance.close()]);
  });
});

describe('what one person does', () => {
  it('an activation code and a token are shown once', async () => {
    const admin = await come('admin', 'stores');
    await admin.getByTestId('store-demo-petrol').click();
    await admin.getByTestId('counter').fill('7');
    await admin.getByTestId('activate').click();
    expect(await admin.getByTestId('secret').innerText()).toMatch(/^[0-9A-F]{20}$/);
    await admin.getByTestId('once-close').click();
    await admin.getByTestId('secret').waitFor({ state: 'detached' });
    await admin.getByTestId('page-operators').click();
    await admin.getByTestId('add-operator').click();
    await admin.getByTestId('operator-name').fill('新同事');
    await admin.getByTestId('role-auditor').check();
    await admin.getByTestId('ask-ok').click();
    const token = await admin.getByTestId('secret').innerText();
    const made = await browser.open(`${clearing.url}/`);
    await enter(made, token);
    await made.getByTestId('me').waitFor();
    expect(await made.getByTestId('me').innerText()).toContain('新同事');
    await Promise.all([admin.close(), made.close()]);
  });

  it('an alarm is acknowledged with a word, and a round is opened from what is left', async () => {
    const page = await come('unionpay', 'alarms');
    await page.getByTestId('alarm').filter({ hasText: '前面缺了记录' }).getByTestId('acknowledge').click();
    await answer(page, '已联系门店补传');
    await page.getByTestId('alarms-all').click();
    await sees(page, '已联系门店补传');
    await page.getByTestId('page-rounds').click();
    await page.getByTestId('open-round').click();
    await page.getByTestId('round-quota').fill('999999');
    await page.getByTestId('ask-ok').click();
    await page.getByTestId('refusal').waitFor();
    expect(await page.getByTestId('refusal').innerText()).toContain('现在不能这样办');
    await page.getByTestId('round-quota').fill('100');
    await answer(page);
    await page.getByTestId('round').waitFor();
    await page.close();
  });

  it('a role is offered only what it may do', async () => {
    const auditor = await come('auditor', 'stores');
    await auditor.getByTestId('store-demo-petrol').click();
    await auditor.getByTestId('terminals').waitFor();
    for (const id of ['add-store', 'store-suspend', 'activate'])
      expect(await auditor.getByTestId(id).count()).toBe(0);
    await auditor.getByTestId('page-held').click();
    await auditor.getByTestId('held-entry').first().click();
    await auditor.getByTestId('not-for-you').waitFor();
    expect(await auditor.getByTestId('propose-refuse').count()).toBe(0);
    await auditor.close();
  });
});

describe('everybody can use it', () => {
  it.each(['zh', 'en'] as const)('axe finds nothing on any page (%s)', async (language) => {
    const page = await browser.open(`${clearing.url}/`);
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    if (language === 'en') await page.getByTestId('language').click();
    const found: unknown[] = [];
    const check = async (where: string): Promise<void> => {
      const shots = process.env['OPERATOR_SHOTS'];
      if (shots !== undefined) await page.screenshot({ path: join(shots, `${where}-${language}.png`) });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      found.push(...violations.map(({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html ?? ''}`));
    };
    await check('sign-in');
    await enter(page, clearing.operatorToken);
    // The first operator has every role: all there is to see.
    for (const [name, ready, clicks] of [
      ['budgets', 'categories', []],
      ['stores', 'store-demo-petrol', ['store-demo-petrol']],
      ['held', 'held-entry', ['held-entry']],
      ['cars', 'cars-refused', ['cars-refused', `claim-${world.contradictingClaimId}`, 'show-papers']],
      ['settlement', `day-${world.day}`, [`day-${world.day}`]],
      ['alarms', 'alarms-all', ['alarms-all']],
      ['rounds', 'open-round', ['open-round']],
      ['operators', 'add-operator', ['add-operator']],
    ] as const) {
      await page.getByTestId(`page-${name}`).click();
      await page.getByTestId(ready).first().waitFor();
      await check(name);
      for (const click of clicks) await page.getByTestId(click).first().click();
      await page.getByRole('status').waitFor({ state: 'detached' });
      await check(`${name}-open`);
      if (clicks.includes(`open-round` as never) || clicks.includes('add-operator' as never))
        await page.keyboard.press('Escape');
    }
    for (const view of ['payouts', 'reconciliations']) {
      await page.getByTestId('page-settlement').click();
      await page.getByTestId(`view-${view}`).click();
      await check(view);
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is worked by keyboard alone', async () => {
    const page = await browser.open(`${clearing.url}/`);
    await page.bringToFront();
    const tabTo = async (testId: string): Promise<void> => {
      await page.getByTestId(testId).waitFor();
      for (let presses = 0; presses < MOST_TABS; presses += 1) {
        if ((await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) === testId)
          return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never came to ${testId}`);
    };
    await tabTo('token');
    await page.keyboard.type(world.tokens.auditor);
    await page.keyboard.press('Enter');
    await tabTo('page-stores');
    await page.keyboard.press('Enter');
    await tabTo('store-demo-petrol');
    await page.keyboard.press('Enter');
    await page.getByTestId('terminals').waitFor();
    await page.close();
  });
});
