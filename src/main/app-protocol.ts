import { join, normalize, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { net, protocol } from 'electron';

/** The only origin that windows ever show. */
export const APP_ORIGIN = 'app://terminal';

/** No foreign code, no inline script, no network: the renderer talks to the core by its port alone. */
export const CONTENT_SECURITY_POLICY = [
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

/** Call before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, stream: true, codeCache: true } },
  ]);
}

/** Serves the built renderer's folder, and nothing outside it, as app://terminal/. */
export function serveRenderer(folder: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url);
    const relative = url.pathname === '/' ? 'index.html' : decodeURIComponent(url.pathname.slice(1));
    const file = normalize(join(folder, relative));
    if (url.host !== 'terminal' || !file.startsWith(folder + sep)) return new Response(null, { status: 403 });
    const answer = await net.fetch(pathToFileURL(file).href).catch(() => new Response(null, { status: 404 }));
    const headers = new Headers(answer.headers);
    headers.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    return new Response(answer.body, { status: answer.status, headers });
  });
}
