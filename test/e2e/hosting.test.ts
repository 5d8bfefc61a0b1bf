import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { z } from 'zod';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { ROOT } from '../support/app-window.ts';
import { openDisplay, type Display } from '../support/display.ts';

let display: Display;
let folder: string;

beforeAll(async () => {
  display = await openDisplay(true);
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'out/hosting-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: ROOT,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: [
          join(ROOT, 'test/support/hosting/main.ts'),
          join(ROOT, 'test/support/hosting/stub-core.ts'),
          join(ROOT, 'src/terminal/heartbeat-worker.ts'),
        ],
        external: ['electron', /^node:/],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
  writeFileSync(join(folder, 'package.json'), '{"name":"hosting","main":"main.cjs"}');
});

afterAll(async () => {
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

const conversation = z.object({
  hello: z.object({ payload: z.object({ opened: z.literal(1), argv: z.array(z.string()) }) }),
  echo: z.object({
    output: z.object({ question: z.literal('多少？'), of: z.tuple([z.literal(1), z.literal(2)]) }),
  }),
  helloAgain: z.object({ payload: z.object({ argv: z.array(z.string()) }) }),
  helloAfterHang: z.object({ payload: z.object({ hung: z.literal('silent') }) }),
  helloAfterHold: z.object({ payload: z.object({ hung: z.literal('silent') }) }),
  /** Told to the window: it hangs, and then it is gone. */
  hangs: z.tuple([z.literal('silent'), z.null(), z.literal('silent'), z.null()]),
  starts: z.literal(4),
  /** Asked at closing and while running; the stub allows the first. */
  mayUpdate: z.tuple([z.literal(true), z.literal(false)]),
  log: z.array(z.string()),
});

test('a window talks to the core in a utility process and in a separate Node alike, and both come back after an accident, a loop without end and a hold', async () => {
  const electron = await ensureElectron(() => undefined);
  const node = join(ROOT, 'node_modules/node/bin/node');
  const child = spawn(electron.executable, ['--no-sandbox', folder, `--node=${node}`], {
    env: { ...process.env, ...display.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  await new Promise((resolve) => child.on('exit', resolve));
  const line = output.split('\n').find((candidate) => candidate.startsWith('RESULT '));
  expect(line, errors).toBeDefined();
  const result = z
    .object({ utility: conversation, separate: conversation })
    .parse(JSON.parse(line?.slice('RESULT '.length) ?? ''));
  for (const { hello, helloAgain, log } of [result.utility, result.separate]) {
    expect(hello.payload.argv).toEqual(['given']);
    expect(helloAgain.payload.argv).toEqual(['given', '--resume']);
    const hang = [
      /doesn't answer \(silent\)/,
      /hangs \(silent\): ending it/,
      /ended \(.*\); starting it again/,
    ];
    const lines = [/exit code 7/, ...hang, ...hang].map((line) => expect.stringMatching(line) as string);
    expect(log).toEqual(lines);
  }
});
