import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildApp } from './build.ts';
import { ensureRuntime } from './runtime/ensure.ts';

/** `npm start [-- --data-folder=DIR]`: the app itself, without demo data. */
const ROOT = join(import.meta.dirname, '..');
const runtime = await ensureRuntime();
await buildApp();
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const child = spawn(runtime.executable, [...sandbox, ROOT, ...process.argv.slice(2)], { stdio: 'inherit' });
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
