import { expect, test, vi } from 'vitest';
import type { CoreLink } from '../../../src/contract/terminal/bridge.ts';
import type { Request } from '../../../src/contract/terminal/wire.ts';
import { createClient, type ClientPort } from '../../../src/preload/client.ts';

function fakePort() {
  const sent: Request[] = [];
  let receive: (data: unknown) => void = () => undefined;
  let end: () => void = () => undefined;
  const port: ClientPort = {
    post: (message) => sent.push(message),
    listen: (onMessage, onClose) => {
      receive = onMessage;
      end = onClose;
    },
    close: vi.fn(),
  };
  return { port, sent, receive: (data: unknown) => receive(data), end: () => end() };
}

test('each answer reaches the call that it belongs to, whatever the order', async () => {
  const client = createClient();
  const { port, sent, receive } = fakePort();
  client.connect(port);
  const first = client.call('sync.now', undefined);
  const second = client.call('app.snapshot', undefined);
  expect(sent.map(({ id, name }) => [id, name])).toEqual([
    [1, 'sync.now'],
    [2, 'app.snapshot'],
  ]);
  receive({ type: 'fault', id: 2, fault: { code: 'not-allowed', params: {} } });
  receive({ type: 'result', id: 1, output: 'done' });
  await expect(first).resolves.toEqual({ ok: true, output: 'done' });
  await expect(second).resolves.toEqual({ ok: false, fault: { code: 'not-allowed', params: {} } });
});

test('a call under way when the core ends answers core-stopped instead of hanging', async () => {
  const client = createClient();
  const { port, end } = fakePort();
  client.connect(port);
  const call = client.call('sync.now', undefined);
  end();
  await expect(call).resolves.toEqual({ ok: false, fault: { code: 'core-stopped', params: {} } });
  await expect(client.call('sync.now', undefined)).resolves.toMatchObject({ ok: false });
});

test('after a new port, the old one is neither heard nor able to end the connection', () => {
  const client = createClient();
  const old = fakePort();
  const fresh = fakePort();
  const links: CoreLink[] = [];
  const events: unknown[] = [];
  client.onConnection((link) => links.push(link));
  client.on('sync', (payload) => events.push(payload));
  client.connect(old.port);
  client.connect(fresh.port);
  old.receive({ type: 'event', name: 'sync', payload: 'old' });
  old.end();
  fresh.receive({ type: 'event', name: 'sync', payload: 'new' });
  expect(events).toEqual(['new']);
  expect(links).toEqual(['away', 'answers', 'answers']);
});

test('a core that hangs is told of as often as that changes, and a port that closes is told before it', () => {
  const client = createClient();
  const { port, end } = fakePort();
  const links: CoreLink[] = [];
  client.onConnection((link) => links.push(link));
  client.connect(port);
  client.hangs(null);
  client.hangs('slow-disk');
  client.hangs('slow-disk');
  client.hangs(null);
  client.hangs('silent');
  end();
  client.hangs(null);
  expect(links).toEqual(['away', 'answers', 'slow-disk', 'answers', 'silent', 'away', 'away']);
});

test('messages that are none of the contract are dropped', () => {
  const client = createClient();
  const { port, receive } = fakePort();
  const events: unknown[] = [];
  client.on('sync', (payload) => events.push(payload));
  client.connect(port);
  for (const data of [null, 'text', { type: 'event', name: 'no-such', payload: 1 }, { type: 'result' }])
    receive(data);
  expect(events).toEqual([]);
});
