import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UpdateNotice } from '../../../src/contract/terminal/shell.ts';
import { openSecurityTerminal, type SecurityTerminal } from '../../support/security-terminal.ts';

let terminal: SecurityTerminal;

beforeEach(async () => {
  terminal = await openSecurityTerminal();
});
afterEach(() => terminal.stop());

const GIVEN_UP: UpdateNotice = { version: '2.0.0', reason: 'rolled-back', why: null };
async function notices(): Promise<readonly string[]> {
  const { app } = await terminal.client().call('app.snapshot', undefined);
  return (app.notices ?? []).map(({ code }) => code);
}

function alarms(): readonly unknown[] {
  const db = new Database(join(terminal.dataFolder, 'journal.db'), { readonly: true });
  try {
    const bodies = db.prepare("SELECT body FROM entries WHERE kind = 'alarm' ORDER BY id").pluck().all();
    return bodies.map((body) => JSON.parse(String(body)) as unknown);
  } finally {
    db.close();
  }
}

test('that a version was given up is shown at every start, stands in the journal once, and reaches clearing', async () => {
  for (let start = 0; start < 2; start += 1) {
    terminal.core().showUpdate(GIVEN_UP);
    expect(await notices()).toContain('update-rolled-back');
    await terminal.restart();
  }
  expect(alarms()).toEqual([{ code: 'update-rolled-back', details: { version: '2.0.0' } }]);
  await terminal.online();
  await terminal.signIn();
  await expect
    .poll(
      async () => {
        const { unsentEntries } = await terminal.client().call('support.status', undefined);
        return unsentEntries;
      },
      { timeout: 20_000 },
    )
    .toBe(0);
});

test('a training neither writes it down nor hides it', async () => {
  await terminal.signIn();
  await terminal.client().call('training.enter', undefined);
  terminal.core().showUpdate(GIVEN_UP);
  expect(await notices()).toContain('update-rolled-back');
  expect(alarms()).toEqual([]);
});
