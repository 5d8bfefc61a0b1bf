import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';

let server: Server;
let proxy: FaultProxy;
let served: string[];

beforeEach(async () => {
  served = [];
  server = createServer((incoming, answer) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      served.push(body);
      answer.end(`got ${body}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await startFaultProxy(`http://127.0.0.1:${address.port}`);
});
afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

/** The answer's text, or how it failed. */
function post(body: string, timeoutMs = 2000): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(proxy.url, { method: 'POST', agent: false, timeout: timeoutMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(text));
      answer.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'broken'));
    });
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('late'), { code: 'TIMEOUT' })));
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'broken'));
    asked.end(body);
  });
}

describe('the fault proxy', () => {
  test('carries everything while nothing is ordered', async () => {
    expect(await post('x'.repeat(300_000))).toBe(`got ${'x'.repeat(300_000)}`);
  });

  test('delays without loss or reordering', async () => {
    proxy.set({ type: 'latency', ms: 20 });
    const body = Array.from({ length: 20_000 }, (_, nth) => nth).join(' ');
    expect(await post(body)).toBe(`got ${body}`);
  });

  test('cuts a request so that the server never has it', async () => {
    proxy.set({ type: 'reset-in-request', afterBytes: 60 });
    expect(await post('x'.repeat(1000))).toBe('ECONNRESET');
    expect(served).toEqual([]);
  });

  test('cuts an answer after the server has done its work', async () => {
    proxy.set({ type: 'reset-in-answer', afterBytes: 20 });
    expect(await post('paid')).toBe('ECONNRESET');
    expect(served).toEqual(['paid']);
  });

  test('swallows an answer, or the request with it', async () => {
    proxy.set({ type: 'black-hole', delivered: true });
    expect(await post('once', 150)).toBe('TIMEOUT');
    proxy.set({ type: 'black-hole', delivered: false });
    expect(await post('never', 150)).toBe('TIMEOUT');
    proxy.set({ type: 'none' });
    expect(await post('after')).toBe('got after');
    expect(served).toEqual(['once', 'after']);
    expect(proxy.met.get('black-hole')).toBe(2);
  });
});
