import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { APP_ORIGIN } from '../contract/terminal/origin.ts';

/** No foreign code, no inline script, no network: the renderer talks to the core by its port alone. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // antd and echarts set style attributes and style elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "media-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the build makes; anything else is bytes that no page can run. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

/** Call before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, stream: true, codeCache: true } },
  ]);
}

/** The file of a request inside the folder; null for another host or a way out of the folder. */
function requestedFile(folder: string, address: string): string | null {
  let path: string;
  try {
    const url = new URL(address);
    if (url.origin !== APP_ORIGIN && `${url.protocol}//${url.host}` !== APP_ORIGIN) return null;
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(folder + sep) && !file.includes('\0') ? file : null;
}

interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data: Buffer;
}
/**
 * Electron's older way to serve a scheme. `protocol.handle`, its successor, loads Node's whole fetch for the first
 * request, 45 ms in the middle of every start, and sends each file through a web stream (docs/decisions/04). An
 * Electron that no longer has this one doesn't compile here.
 */
interface BufferServer {
  registerBufferProtocol(
    scheme: string,
    serve: (
      request: { readonly url: string; readonly method: string },
      answer: (response: Answer) => void,
    ) => void,
  ): boolean;
}
const NOTHING = Buffer.alloc(0);

/** Serves the built renderer's folder, and nothing outside it, as app://terminal/. */
export function serveRenderer(folder: string): void {
  const server: BufferServer = protocol;
  server.registerBufferProtocol('app', ({ url, method }, answer) => {
    const file = requestedFile(folder, url);
    if (file === null || method !== 'GET') {
      answer({ statusCode: 403, data: NOTHING });
      return;
    }
    const headers = {
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    };
    readFile(file).then(
      (data) => answer({ statusCode: 200, headers, data }),
      () => answer({ statusCode: 404, headers, data: NOTHING }),
    );
  });
}
