import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { sealEnvelope } from '../../src/contract/clearing/envelope.ts';
import { verifyRequest } from '../../src/contract/clearing/http-signature.ts';
import { entriesRequestSchema, ROUTES, type EntryVerdict } from '../../src/contract/clearing/protocol.ts';
import type { Entry, Head } from '../../src/contract/journal/entry.ts';
import type { Feed, JournalIdentity } from '../../src/terminal/journal/types.ts';
import { NOON, type TestRoot } from './journal-builder.ts';

interface PuppetAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterS?: number;
}

/** A clearing server that judges nothing: for tests of the terminal's half alone. */
export interface PuppetClearing {
  /** What it answers about an entry; may be changed. */
  judge: (entry: Entry) => Partial<EntryVerdict>;
  /** Fields of the next feeds. */
  feed: Partial<Feed>;
  /** Called before each answer; may throw to break the connection, or give a status. */
  before: (path: string) => number | null;
  readonly seen: Entry[];
  readonly verdicts: ReadonlyMap<string, EntryVerdict>;
  readonly requests: string[];
  head(): Head | null;
  acknowledge(entries: readonly Entry[]): string;
  /** What clearing answers to a request whose time is too far off. */
  staleAnswer(serverTimeMs: number): unknown;
  feedText(): string;
  handle: (path: string, body: string) => PuppetAnswer;
}

export function puppetClearing(
  root: TestRoot,
  identity: JournalIdentity,
  nowMs = () => NOON,
): PuppetClearing {
  const verdicts = new Map<string, EntryVerdict>();
  const byPlace = new Map<string, Entry>();
  let head: Head | null = null;
  const puppet: PuppetClearing = {
    judge: () => ({}),
    feed: {},
    before: () => null,
    seen: [],
    requests: [],
    verdicts,
    head: () => head,
    acknowledge: (entries) => {
      const given = entries.map((entry) => {
        puppet.seen.push(entry);
        const place = `${entry.epoch}:${entry.seq}`;
        const known = verdicts.get(place);
        if (known !== undefined) return known;
        const verdict: EntryVerdict = {
          epoch: entry.epoch,
          seq: entry.seq,
          hash: entry.hash,
          verdict: entry.kind === 'redemption' ? 'settled' : 'recorded',
          reason: null,
          params: {},
          settlementDay: entry.kind === 'redemption' ? '2023-06-10' : null,
          borneBy: null,
          ...puppet.judge(entry),
        };
        verdicts.set(place, verdict);
        byPlace.set(place, entry);
        return verdict;
      });
      while (byPlace.has(`${identity.epoch}:${(head?.seq ?? 0) + 1}`)) {
        const next = byPlace.get(`${identity.epoch}:${(head?.seq ?? 0) + 1}`);
        if (next !== undefined) head = { epoch: next.epoch, seq: next.seq, hash: next.hash };
      }
      const value = { terminalId: identity.terminalId, serverTimeMs: nowMs(), verdicts: given, head };
      return JSON.stringify(sealEnvelope('acknowledgement', value, root.keyId, root.key));
    },
    staleAnswer: (serverTimeMs) => ({
      error: 'stale',
      message: '',
      time: sealEnvelope('time', { serverTimeMs }, root.keyId, root.key),
    }),
    feedText: () => {
      const value: Feed = {
        terminalId: identity.terminalId,
        serverTimeMs: nowMs(),
        terminalStatus: 'active',
        store: {
          id: 'S-1',
          nameZh: '店',
          nameEn: 'Store',
          category: 'supermarket',
          status: 'admitted',
          cutOverMinutes: 0,
        },
        packs: [],
        keyRing: null,
        exhaustedKinds: [],
        changes: [],
        moreChanges: false,
        head,
        decisions: [],
        ...puppet.feed,
      };
      return JSON.stringify(sealEnvelope('feed', value, root.keyId, root.key));
    },
    handle: (path, body) => {
      puppet.requests.push(path);
      const status = puppet.before(path);
      if (status !== null) return { status, body: '' };
      if (path === ROUTES.feed) return { status: 200, body: puppet.feedText() };
      const { entries } = entriesRequestSchema.parse(JSON.parse(body));
      return { status: 200, body: puppet.acknowledge(entries) };
    },
  };
  return puppet;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a puppet over real HTTP and checks every request's signature. */
export async function listen(puppet: PuppetClearing, terminalKey: KeyObject, port = 0): Promise<Listening> {
  const publicKey = createPublicKey(terminalKey);
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const path = request.url ?? '';
      const { signature, 'content-digest': digest, 'signature-input': input } = request.headers;
      const headers = { signature, 'content-digest': digest, 'signature-input': input };
      const signed = verifyRequest({ method: request.method ?? '', path, body, headers }, publicKey);
      try {
        const answer: PuppetAnswer = signed
          ? puppet.handle(path, body.toString('utf8'))
          : { status: 401, body: JSON.stringify({ error: 'signature-wrong', message: '' }) };
        const { retryAfterS } = answer;
        response
          .writeHead(answer.status, {
            'content-type': 'application/json',
            ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
          })
          .end(answer.body);
      } catch {
        request.socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
