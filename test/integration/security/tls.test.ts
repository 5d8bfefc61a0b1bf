import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer as createClearingServer, type Server } from '../../../src/clearing/http/server.ts';
import { ROUTES } from '../../../src/contract/clearing/protocol.ts';
import { createHttpClient } from '../../../src/terminal/sync/http-client.ts';
import {
  pinOf,
  requireSafeAddress,
  tlsOptions,
  transportSchema,
  type TransportSettings,
} from '../../../src/terminal/sync/transport.ts';
import { makeAuthority, type Authority, type MadeCertificate } from '../../support/certificates.ts';
import { createWorld, type World } from '../../support/clearing-world.ts';

let folder: string;
let world: World;
let authority: Authority;
let other: Authority;
let certificate: MadeCertificate;
const servers: (Server | HttpsServer)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voucher-terminal-'));
  authority = makeAuthority(folder, 'city');
  other = makeAuthority(folder, 'other');
  certificate = authority.issue('clearing');
  world = await createWorld();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The real clearing server on TLS; its port. */
async function clearing(cert: MadeCertificate, clientCa: string | null = null): Promise<number> {
  const server = await createClearingServer(world.clearing, { tls: { ...cert, clientCa } });
  servers.push(server);
  await server.listen({ port: 0, host: '127.0.0.1' });
  return (server.server.address() as AddressInfo).port;
}

/** What the terminal's own client gets: clearing's refusal of an empty activation is proof enough of a way through. */
async function ask(port: number, settings: Partial<TransportSettings>): Promise<string> {
  const http = createHttpClient(tlsOptions(transportSchema.parse(settings)));
  const answer = await http.send({
    method: 'POST',
    url: `https://127.0.0.1:${port}${ROUTES.activate}`,
    headers: {},
    body: '{}',
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  });
  http.close();
  return answer.kind === 'answer' ? `answer ${answer.status}` : answer.message;
}

const pin = (cert: MadeCertificate): string => pinOf(new X509Certificate(cert.cert));

test('clearing speaks TLS 1.3 on P-256 to a terminal that knows its authority, and nothing older', async () => {
  const port = await clearing(certificate);
  expect(await ask(port, { caFile: authority.caFile })).toBe('answer 400');
  const protocol = await new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca: readFileSync(authority.caFile) }, () => {
      resolve([socket.getProtocol(), socket.getPeerX509Certificate()?.publicKey.asymmetricKeyDetails]);
      socket.end();
    });
  });
  expect(protocol).toEqual(['TLSv1.3', { namedCurve: 'prime256v1' }]);
  const older = await new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    socket.on('error', () => resolve('refused'));
    socket.on('secureConnect', () => resolve('connected'));
  });
  expect(older).toBe('refused');
});

test('a terminal talks to no server that its authority does not know, and to none that offers only TLS 1.2', async () => {
  const port = await clearing(certificate);
  expect(await ask(port, {})).toMatch(/SELF_SIGNED|UNABLE_TO/);
  expect(await ask(port, { caFile: other.caFile })).toMatch(/UNABLE_TO|SIGNATURE/);
  const old = createServer({ ...certificate, maxVersion: 'TLSv1.2' });
  servers.push(old);
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
  expect(await ask((old.address() as AddressInfo).port, { caFile: authority.caFile })).toMatch(
    /PROTOCOL|EPROTO|ALERT/i,
  );
});

test('a pinned key is the only one that is talked to, also under a certificate of the right authority', async () => {
  const port = await clearing(certificate);
  const caFile = authority.caFile;
  expect(await ask(port, { caFile, pins: [pin(certificate)] })).toBe('answer 400');
  const elsewhere = authority.issue('elsewhere');
  expect(await ask(await clearing(elsewhere), { caFile, pins: [pin(certificate)] })).toContain(
    'is not pinned',
  );
  expect(await ask(port, { caFile, pins: [pin(elsewhere), pin(certificate)] })).toBe('answer 400');
});

test('where clearing asks for a client certificate, only a terminal with one of the right authority gets through', async () => {
  const port = await clearing(certificate, readFileSync(authority.caFile, 'utf8'));
  const caFile = authority.caFile;
  const mine = authority.issue('terminal');
  const strange = other.issue('terminal');
  const using = ({ certFile, keyFile }: MadeCertificate): Partial<TransportSettings> => ({
    caFile,
    clientCertificateFile: certFile,
    clientKeyFile: keyFile,
  });
  expect(await ask(port, using(mine))).toBe('answer 400');
  expect(await ask(port, { caFile })).not.toContain('answer');
  expect(await ask(port, using(strange))).not.toContain('answer');
});

test.each([
  ['https://clearing.example.org', true],
  ['http://127.0.0.1:8700', true],
  ['http://[::1]:8700', true],
  ['http://localhost:8700', true],
  ['http://192.168.1.10:8700', false],
  ['http://clearing.example.org', false],
  ['http://127.0.0.1.example.org', false],
  ['http://localhost.example.org', false],
])('plain HTTP is for this PC alone: %s', (address, safe) => {
  if (safe) expect(() => requireSafeAddress(address)).not.toThrow();
  else expect(() => requireSafeAddress(address)).toThrow('clearing-not-trusted');
});
