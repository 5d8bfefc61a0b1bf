import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawEd25519PublicKey } from '../../../src/contract/clearing/envelope.ts';
import {
  opened,
  openEpoch,
  redeem,
  testFolder,
  testIdentity,
  testRoot,
  type TestFolder,
} from '../../support/journal-builder.ts';

const MAIN = join(import.meta.dirname, '../../../src/cli/main.ts');
const root = testRoot();
let home: TestFolder;
let head: string;
const file = (name: string) => join(home.folder, name);

function cli(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeEach(() => {
  home = testFolder();
  const identity = testIdentity();
  const { journal } = opened(home.folder, identity);
  openEpoch(journal, identity, root);
  for (let serial = 1; serial <= 3; serial += 1) redeem(journal, serial);
  const last = journal.head();
  if (last === null) throw new Error('it has entries');
  head = `${last.epoch}:${last.seq}:${last.hash}`;
  journal.close();
  writeFileSync(
    file('root.json'),
    JSON.stringify({ keyId: root.keyId, publicKey: rawEd25519PublicKey(root.key) }),
  );
  writeFileSync(file('root.pem'), createPublicKey(root.key).export({ type: 'spki', format: 'pem' }));
});
afterEach(() => home.remove());

describe('cli verify-journal', () => {
  it.each(['root.json', 'root.pem'])('says ok with clearing’s root (%s) and a head', (key) => {
    expect(cli('verify-journal', file('journal.db'), '--root', file(key), '--head', head)).toEqual({
      status: 0,
      stdout: `ok: terminal T-1, 4 entries, head ${head}\n`,
      stderr: '',
    });
  });

  it('says what is missing for an ok', () => {
    const { status, stdout } = cli('verify-journal', file('journal.db'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^whole, but not anchored: terminal T-1, 4 entries/);
  });

  it('names the first broken entry and ends with 1', () => {
    const db = new Database(file('journal.db'));
    const guards = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
      name: string;
      sql: string;
    }[];
    for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
    db.exec(`UPDATE entries SET at_ms = at_ms + 1 WHERE id = ${2 ** 40 + 3}`);
    for (const { sql } of guards) db.exec(sql);
    db.close();
    const { status, stdout } = cli('verify-journal', file('journal.db'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^broken: entry 1:3: /);
  });

  it('finds a head that isn’t there', () => {
    const other = `1:9:${'0'.repeat(64)}`;
    const { status, stdout } = cli('verify-journal', file('journal.db'), '--head', other);
    expect(status).toBe(1);
    expect(stdout).toBe('broken: entry 1:9: head-not-found\n');
  });

  it('refuses arguments that it doesn’t take, and files that aren’t there', () => {
    expect(cli('verify-journal').status).toBe(2);
    expect(cli('verify-journal', file('journal.db'), '--head', '1:2').status).toBe(2);
    expect(cli('verify-journal', file('none.db'))).toMatchObject({ status: 1, stdout: '' });
    expect(cli('verify-journal', file('journal.db'), '--root', file('journal.db')).status).toBe(1);
  });
});

describe('cli export', () => {
  const day = ['--day', '2023-06-10'];

  it('writes a line for each redemption of the day', () => {
    const out = file('day.csv');
    expect(cli('export', ...day, '--out', out, '--data-folder', home.folder)).toEqual({
      status: 0,
      stdout: `${out}: 3 redemptions\n`,
      stderr: '',
    });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('2023-06-10 12:00');
    expect(lines[1]).toContain('100.00,20.00,80.00');
  });

  it('writes a workbook, also of a day without redemptions', () => {
    const out = file('day.xlsx');
    expect(cli('export', '--day', '2023-06-11', '--out', out, '--data-folder', home.folder).status).toBe(0);
    expect(readFileSync(out).subarray(0, 2).toString()).toBe('PK');
  });

  it('refuses a wrong day, another ending and a folder without a journal', () => {
    const out = ['--out', file('day.csv')];
    const from = ['--data-folder', home.folder];
    expect(cli('export', '--day', '2023-02-30', ...out, ...from).status).toBe(2);
    expect(cli('export', ...day, '--out', file('day.txt'), ...from).status).toBe(2);
    expect(cli('export', ...day, ...out).status).toBe(2);
    expect(cli('export', ...day, ...out, '--data-folder', file('nowhere')).status).toBe(1);
    expect(existsSync(file('day.csv'))).toBe(false);
  });
});
