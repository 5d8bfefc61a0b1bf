import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply } from 'fastify';
import type { Server } from './server.ts';

/**
 * What the operator's page may do: its own scripts, and questions to the server that it came from. antd writes its
 * styles into the page, so those can't be forbidden.
 */
const CONTENT_SECURITY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const NOT_BUILT = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Clearing</title></head><body>
<h1>管理页面尚未构建 · The operator's page is not built</h1>
<p>请在项目目录运行 <code>npm run build:operator</code>，然后重新启动清算服务。</p>
<p>Run <code>npm run build:operator</code> in the project's folder, then start clearing again.</p>
</body></html>`;

interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Vite names files in assets/ by their content. */
  readonly forever: boolean;
}

/**
 * Serves the operator's page under `/operator/` from a built folder. Its files are read once, here: a request names
 * one of them or nothing, so no path can lead out of the folder. Without a built page it says how to build one.
 */
export function pageRoutes(server: Server, folder: string | null): void {
  const files = folder === null ? new Map<string, PageFile>() : readFolder(folder);
  const send = (reply: FastifyReply, name: string): FastifyReply => {
    const file = files.get(name);
    if (file !== undefined)
      return reply
        .headers({ ...HEADERS, 'cache-control': file.forever ? 'max-age=31536000, immutable' : 'no-cache' })
        .type(file.type)
        .send(file.bytes);
    if (name === 'index.html')
      return reply.status(503).headers(HEADERS).type('text/html; charset=utf-8').send(NOT_BUILT);
    return reply.status(404).headers(HEADERS).send({ error: 'not-found', message: 'no such file' });
  };
  const hidden = { schema: { hide: true } };
  server.get('/', hidden, (_request, reply) => reply.redirect('/operator/'));
  server.get('/operator', hidden, (_request, reply) => reply.redirect('/operator/'));
  server.get('/operator/', hidden, (_request, reply) => send(reply, 'index.html'));
  server.get('/operator/*', hidden, (request, reply) => {
    const { '*': name } = request.params as { readonly '*': string };
    return send(reply, name);
  });
}

function readFolder(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (!existsSync(join(folder, 'index.html'))) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files.set(name, { type, bytes: readFileSync(path), forever: name.startsWith('assets/') });
  }
  return files;
}
