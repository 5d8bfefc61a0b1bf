import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createClearing } from '../../../src/clearing/create-clearing.ts';
import { createServer } from '../../../src/clearing/http/server.ts';
import { createKeys } from '../../../src/clearing/keys/keys.ts';
import { openSqlite } from '../../../src/clearing/storage/storage.ts';
import { scratchFolder } from '../../support/clearing-world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(pageFolder: string | null) {
  const clearing = await createClearing({ storage: await openSqlite(':memory:'), keys: createKeys() });
  const server = await createServer(clearing, { pageFolder });
  closing.push(clearing.close, () => server.close());
  return server;
}

it('without a built page the operator reads how to build it', async () => {
  for (const folder of [null, '/nowhere']) {
    const server = await serve(folder);
    const answer = await server.inject('/operator/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build:operator');
    expect((await server.inject('/')).headers.location).toBe('/operator/');
  }
});

it('only the files that were built are served, whatever a path looks like', async () => {
  const scratch = scratchFolder();
  closing.push(scratch.remove);
  const folder = join(scratch.path, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(scratch.path, 'secret.js'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<title>page</title>');
  writeFileSync(join(folder, 'assets/main.js'), '1');
  writeFileSync(join(folder, 'assets/main.js.map'), '{}');
  const server = await serve(folder);
  const script = await server.inject('/operator/assets/main.js');
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'max-age=31536000, immutable',
  });
  expect((await server.inject('/operator/')).headers['cache-control']).toBe('no-cache');
  for (const path of [
    '../secret.js',
    '%2e%2e%2fsecret.js',
    'assets/..%2f..%2fsecret.js',
    'assets/main.js.map',
  ])
    expect((await server.inject(`/operator/${path}`)).statusCode).toBe(404);
});
