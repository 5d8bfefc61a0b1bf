import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/run.ts';
import type { Entry } from '../../../src/contract/journal/entry.ts';
import { sealEntry } from '../../../src/contract/journal/seal.ts';
import type { TestTerminal } from '../../support/clearing-terminal.ts';
import { createWorld, NOON, scratchFolder, type World } from '../../support/clearing-world.ts';
import { onEachEngine } from '../../support/engines.ts';

let world: World;
let terminal: TestTerminal;
let folder: ReturnType<typeof scratchFolder>;

async function cli(...args: string[]): Promise<{ readonly status: number; readonly stdout: string }> {
  const stdout = new PassThrough();
  const status = await runCli(args, { stdin: new PassThrough(), stdout, stderr: new PassThrough() });
  stdout.end();
  return { status, stdout: (await stdout.toArray()).join('') };
}

async function download(path: string, token = world.tokens.auditor): Promise<string> {
  const response = await fetch(`${world.base}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return response.text();
}

const exported = (): Promise<string> => download(`/v1/operator/audit/journals/${terminal.terminalId}`);
const headOf = ({ epoch, seq, hash }: Entry): string => `${String(epoch)}:${String(seq)}:${hash}`;

async function verify(
  text: string,
  ...more: string[]
): Promise<{ readonly status: number; readonly stdout: string }> {
  const file = join(folder.path, 'journal.ndjson');
  writeFileSync(file, text);
  const key = join(folder.path, 'root.json');
  writeFileSync(key, await download('/v1/operator/audit/root-key'));
  return cli('verify-journal', file, '--root', key, ...more);
}

async function redeem(): Promise<Entry> {
  const { phone } = await world.voucher({ kind: 'supermarket-20' });
  const atMs = world.now();
  return terminal.redeem({ evidence: phone.evidence(atMs), atMs, amountFen: 10_000, discountFen: 2000 });
}

async function alarms(): Promise<readonly string[]> {
  const { db } = world.clearing.context.storage;
  return (await db.selectFrom('alarms').select('code').orderBy('id').execute()).map(({ code }) => code);
}

onEachEngine((engine) => {
  beforeEach(async () => {
    world = await createWorld({ storage: await engine.open() });
    terminal = await world.terminal(await world.store('supermarket'));
    folder = scratchFolder();
  });
  afterEach(async () => {
    await world.close();
    folder.remove();
  });

  describe('the audit export of a journal', () => {
    it('is verified by a third party with nothing but clearing’s public key and a head', async () => {
      const entry = await redeem();
      await terminal.send();
      const text = await exported();
      expect(await verify(text, '--head', headOf(entry))).toEqual({
        status: 0,
        stdout: `ok: terminal ${terminal.terminalId}, 2 entries, head ${headOf(entry)}\n`,
      });
      expect((await verify(text)).stdout).toMatch(/^whole, but not anchored/);
    });

    it('shows every byte that was changed, every line that was left out, and a head that it lacks', async () => {
      const entry = await redeem();
      await redeem();
      await terminal.send();
      const text = await exported();
      const lines = text.trimEnd().split('\n');
      const without = (index: number): string =>
        [...lines.slice(0, index), ...lines.slice(index + 1), ''].join('\n');
      const broken = async (changed: string, ...more: string[]): Promise<string> => {
        const { status, stdout } = await verify(changed, ...more);
        expect(status).toBe(1);
        return stdout;
      };
      expect(await broken(text.replace('"atMs":', '"atMs":1'))).toContain('hash-wrong');
      expect(
        await broken(
          text.replace(
            entry.signature,
            entry.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
          ),
        ),
      ).toContain('entry 1:2: signature-wrong');
      expect(await broken(text.replace('"verdict":"settled"', '"verdict":"refused"'))).toContain(
        'seal-differs',
      );
      expect(await broken(without(2))).toContain('entry 1:3: gap');
      expect(await broken(without(3))).toContain('seal-differs');
      expect(await broken(without(4))).toContain('seal-missing');
      expect(await broken(text, '--head', `1:2:${'0'.repeat(64)}`)).toContain('head-differs');
      expect(await broken(text, '--head', `1:9:${entry.hash}`)).toContain('head-not-found');
    });

    it('keeps what broke the chain, what forked and what came too early, each with its alarm, and no money moved', async () => {
      const first = await redeem();
      await terminal.send();
      const fork = sealEntry({ ...first, atMs: first.atMs + 1 }, terminal.key);
      await terminal.send([fork]);
      const skipped = await redeem();
      const early = await redeem();
      await terminal.send([early]);
      await terminal.send([skipped]);
      terminal.lastHash = '1'.repeat(64);
      const cut = await redeem();
      await terminal.send([cut]);
      world.clock.nowMs = NOON - 1000;
      await terminal.send([terminal.append('alarm', world.now(), { code: 'test', details: {} })]);
      expect(await alarms()).toEqual(['fork', 'gap', 'chain-broken', 'clock-back']);
      const text = await exported();
      for (const entry of [first, fork, skipped, early, cut]) expect(text).toContain(entry.hash);
      expect((await verify(text)).stdout).toMatch(/^broken: entry 1:5: link-wrong/);
      const { db } = world.clearing.context.storage;
      const settled = await db.selectFrom('lines').select('seq').orderBy('seq').execute();
      expect(settled.map(({ seq }) => seq)).toEqual([first.seq, skipped.seq]);
    });

    it('counts what is in quarantine beside a whole chain', async () => {
      const first = await redeem();
      await terminal.send();
      await terminal.send([sealEntry({ ...first, atMs: first.atMs + 1 }, terminal.key)]);
      expect((await verify(await exported(), '--head', headOf(first))).stdout).toMatch(
        /^ok: .*2 entries, 1 in quarantine/,
      );
    });

    it('is given to auditors, and noted', async () => {
      await exported();
      const { db } = world.clearing.context.storage;
      const noted = await db
        .selectFrom('audit')
        .select('action')
        .where('action', '=', 'journal-exported')
        .execute();
      expect(noted).toHaveLength(1);
      const unknown = await world.call('GET', '/v1/operator/audit/journals/nobody');
      expect(unknown.status).toBe(404);
    });
  });

  describe('cli verify-settlement', () => {
    it('verifies a downloaded file, and finds a changed fen', async () => {
      await redeem();
      await terminal.send();
      world.clock.nowMs = NOON + 86_400_000;
      const path = '/v1/operator/settlement/days/2023-06-10';
      await world.call('POST', `${path}/close`, {});
      const name = `settlement-1-2023-06-10-store-${terminal.storeId}.json`;
      const file = join(folder.path, name);
      const key = join(folder.path, 'root.json');
      const content = await download(`${path}/files/${name}`);
      writeFileSync(file, content);
      writeFileSync(`${file}.sig.json`, await download(`${path}/files/${name}/signature`));
      writeFileSync(key, await download('/v1/operator/audit/root-key'));
      expect(await cli('verify-settlement', file, '--root', key)).toEqual({
        status: 0,
        stdout: `ok: 2023-06-10, store ${terminal.storeId}: 1 lines, 20.00 yuan\n`,
      });
      writeFileSync(file, content.replace('"amountFen":2000', '"amountFen":2001'));
      expect(await cli('verify-settlement', file, '--root', key)).toMatchObject({ status: 1 });
    });
  });
});
