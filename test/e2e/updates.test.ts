import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { build } from 'vite';
import { z } from 'zod';
import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { ROOT } from '../support/app-window.ts';
import { openDisplay, type Display } from '../support/display.ts';

/** The real electron-updater, in a real Electron, against a feed on this PC. */
const PACKAGE = Buffer.from('the next version of the program');
const OLD_PACKAGE = Buffer.from('the version that runs');
const FILE = 'terminal-2.0.0.AppImage';
/** A check takes half a second; one that hangs says in its last words why. */
const CHECK_TIMEOUT_MS = 60_000;
const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64');

let display: Display;
let folder: string;
let executable: string;
let answers: Map<string, Buffer | URL>;

beforeAll(async () => {
  display = await openDisplay(true);
  ({ executable } = await ensureElectron(() => undefined));
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'out/updates-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: ROOT,
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: join(ROOT, 'test/support/update-feed/main.ts'),
      target: 'node20',
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        external: ['electron', /^node:/],
        output: { format: 'cjs', entryFileNames: 'main.cjs' },
      },
    },
  });
  writeFileSync(join(folder, 'package.json'), '{"name":"updates","version":"1.0.0","main":"main.cjs"}');
  writeFileSync(join(folder, 'dev-app-update.yml'), 'updaterCacheDirName: fetched\n');
});

beforeEach(() => {
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  writeFileSync(join(folder, 'old.AppImage'), OLD_PACKAGE);
  answers = new Map();
});

afterAll(async () => {
  await display.stop();
  rmSync(folder, { recursive: true, force: true });
});

function offer(version: string, said: Buffer): void {
  const sum = sha512(said);
  const feed = `version: ${version}\nfiles:\n  - url: ${FILE}\n    sha512: ${sum}\n    size: ${PACKAGE.length}\npath: ${FILE}\nsha512: ${sum}\n`;
  answers.set('/latest-linux.yml', Buffer.from(feed));
  answers.set(`/${FILE}`, PACKAGE);
}

async function serve(asked: string[]): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://feed');
    asked.push(pathname);
    const answer = answers.get(pathname);
    if (answer instanceof URL) response.writeHead(302, { location: answer.href }).end();
    else response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `http://127.0.0.1:${address.port}/` };
}

const resultSchema = z.object({
  version: z.string().nullable().optional(),
  outcome: z.enum(['nothing', 'verified', 'refused', 'failed']),
  error: z.string().optional(),
  files: z.array(z.string()),
  /** Where the package of the version that runs was copied to. */
  kept: z.string().nullish(),
});

/** One check and download by a program of version 1.0.0. */
async function update(asked: string[] = []): Promise<z.infer<typeof resultSchema>> {
  const { server, url } = await serve(asked);
  try {
    const cache = join(folder, 'cache');
    const child = spawn(
      executable,
      ['--no-sandbox', folder, `--feed=${url}`, `--user-data-dir=${join(cache, 'user')}`],
      {
        env: {
          ...process.env,
          ...display.env,
          XDG_CACHE_HOME: cache,
          APPIMAGE: join(folder, 'old.AppImage'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: CHECK_TIMEOUT_MS,
        killSignal: 'SIGKILL',
      },
    );
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    await once(child, 'close');
    const line = output.split('\n').find((candidate) => candidate.startsWith('RESULT '));
    expect(line, errors).toBeDefined();
    return resultSchema.parse(JSON.parse(line?.slice('RESULT '.length) ?? ''));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a newer package with the sum that the feed says is fetched whole', async () => {
  offer('2.0.0', PACKAGE);
  const { version, outcome, files } = await update();
  expect({ version, outcome }).toEqual({ version: '2.0.0', outcome: 'verified' });
  expect(files.map((file) => readFileSync(file))).toEqual([PACKAGE]);
});

test('before an update the package of the version that runs is kept aside', async () => {
  offer('2.0.0', PACKAGE);
  const { kept } = await update();
  expect(readFileSync(kept ?? '')).toEqual(OLD_PACKAGE);
});

test('where the version that runs cannot be kept, nothing is put in: there would be no way back', async () => {
  offer('2.0.0', PACKAGE);
  rmSync(join(folder, 'old.AppImage'));
  expect((await update()).outcome).toBe('failed');
});

test('a package with another sum than the feed says is refused', async () => {
  offer('2.0.0', Buffer.from('something else'));
  expect(await update()).toEqual({ version: '2.0.0', outcome: 'refused', files: [], kept: null });
});

test('an older version is not even fetched', async () => {
  offer('0.9.0', PACKAGE);
  const asked: string[] = [];
  expect(await update(asked)).toEqual({ version: null, outcome: 'nothing', files: [], kept: null });
  expect(asked).toEqual(['/latest-linux.yml']);
});

test('a feed that points to another server is not followed there', async () => {
  offer('2.0.0', PACKAGE);
  const elsewhere: string[] = [];
  const other = await serve(elsewhere);
  answers.set(`/${FILE}`, new URL(`${other.url}other`));
  try {
    expect((await update()).outcome).toBe('failed');
    expect(elsewhere).toEqual([]);
  } finally {
    other.server.close();
  }
});
