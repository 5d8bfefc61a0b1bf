import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { openRound } from '../../../src/clearing/issuance/rounds.ts';
import type { LoadWorld } from './load-world.ts';

const KIND = 'supermarket-40';
const ROUND_MS = 86_400_000;
/** Connections of the wallet to each node. */
const CONNECTIONS = 64;

export interface Claimed {
  readonly claimants: number;
  readonly given: number;
  /** From the opening until the last claimant had an answer. */
  readonly ms: number;
  readonly latenciesMs: readonly number[];
}

const outcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('issued'), voucher: z.object({ serial: z.int() }) }),
  z.object({ status: z.literal('refused'), reason: z.string() }),
]);

/**
 * A round opens while so many people wait: the wallet sends all their claims at once, spread over the nodes. Throws
 * unless exactly the round's number is given out, each voucher once, and everybody else hears that all are claimed.
 */
export async function claimAll(
  world: LoadWorld,
  nodes: readonly string[],
  claimants: number,
  quota: number,
): Promise<Claimed> {
  const { context } = world.clearing;
  const bodies = Array.from({ length: claimants }, (_, nth) =>
    JSON.stringify({
      campaignNumber: 1,
      kind: KIND,
      person: `claimant ${nth}`,
      algorithm: 'ed25519',
      publicKey: randomBytes(32).toString('base64url'),
    }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const opensAtMs = Date.now();
  const closesAtMs = opensAtMs + ROUND_MS;
  await openRound(context, world.operator, { campaignNumber: 1, kind: KIND, quota, opensAtMs, closesAtMs });
  const fromMs = performance.now();
  const latenciesMs: number[] = [];
  const outcomes = await Promise.all(
    bodies.map(async (body, nth) => {
      const outcome = await claim(agent, nodes[nth % nodes.length] ?? '', world.token, body);
      latenciesMs.push(performance.now() - fromMs);
      return outcome;
    }),
  );
  const ms = performance.now() - fromMs;
  agent.destroy();
  const serials = outcomes.flatMap((outcome) =>
    outcome.status === 'issued' ? [outcome.voucher.serial] : [],
  );
  const reasons = new Set(
    outcomes.flatMap((outcome) => (outcome.status === 'refused' ? [outcome.reason] : [])),
  );
  const { issued } = await context.storage.db
    .selectFrom('rounds')
    .select('issued')
    .where('opens_at_ms', '=', opensAtMs)
    .executeTakeFirstOrThrow();
  const isExact = serials.length === quota && new Set(serials).size === quota && issued === quota;
  if (!isExact || [...reasons].join() !== 'all-claimed')
    throw new Error(
      `${serials.length} given (${issued} counted) of ${quota}; refused: ${[...reasons].join()}`,
    );
  return { claimants, given: serials.length, ms, latenciesMs };
}

async function claim(
  agent: Agent,
  node: string,
  token: string,
  body: string,
): Promise<z.infer<typeof outcomeSchema>> {
  const { status, answer } = await new Promise<{ status: number | undefined; answer: string }>(
    (resolve, reject) => {
      const sent = request(`${node}/v1/operator/claims`, {
        agent,
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        text(response).then((answered) => {
          resolve({ status: response.statusCode, answer: answered });
        }, reject);
      });
      sent.end(body);
    },
  );
  if (status !== 200) throw new Error(`a claim was answered with ${String(status)}: ${answer}`);
  return outcomeSchema.parse(JSON.parse(answer));
}
