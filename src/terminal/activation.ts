import { randomUUID, type KeyObject } from 'node:crypto';
import type { z } from 'zod';
import {
  ed25519PublicKey,
  envelopeSchema,
  openEnvelope,
  rawEd25519PublicKey,
} from '../contract/clearing/envelope.ts';
import {
  activationSchema,
  apiErrorSchema,
  certificateSchema,
  ROUTES,
} from '../contract/clearing/protocol.ts';
import type { CallInput } from '../contract/terminal/calls.ts';
import { FaultError } from './fault-error.ts';
import type { Pins } from './access/pin.ts';
import { createHttpClient } from './sync/http-client.ts';
import { ensureTerminalKey, writeIdentity } from './identity.ts';

const TIMEOUT_MS = 10_000;

/** The call's input with its code, typed or from the seed file. */
export type Activation = CallInput<'app.activate'> & { readonly activationCode: string };

type Activated = z.infer<typeof activationSchema> & { readonly certified: z.infer<typeof certificateSchema> };

/**
 * Asks clearing for a certificate of `key` with a one-time code. Without `roots` the root key that comes with the
 * answer is trusted: the first use. Faults: `clearing-unreachable`, `activation-code-refused`, `clearing-refused`,
 * `clearing-not-trusted`.
 */
export async function certify(
  asked: { readonly clearingUrl: string; readonly activationCode: string; readonly softwareVersion: string },
  key: KeyObject,
  roots: ReadonlyMap<string, KeyObject> | null,
): Promise<Activated> {
  const answer = await request(asked.clearingUrl, asked.activationCode, key, asked.softwareVersion);
  const envelope = envelopeSchema.safeParse(answer);
  if (!envelope.success) throw new FaultError('clearing-not-trusted', { problem: 'no envelope' });

  // The payload names the key that it is signed with; first use is the moment of trust.
  const unverified = activationSchema.safeParse(parseJson(envelope.data.payload));
  if (!unverified.success) throw new FaultError('clearing-not-trusted', { problem: 'no activation' });
  const { rootKey } = unverified.data;
  const keys = roots ?? new Map([[rootKey.keyId, ed25519PublicKey(rootKey.publicKey)]]);
  const opened = openEnvelope('activation', envelope.data, keys, activationSchema);
  if (!opened.ok) throw new FaultError('clearing-not-trusted', { problem: opened.reason });
  const certified = openEnvelope('certificate', opened.value.certificate, keys, certificateSchema);
  if (!certified.ok) throw new FaultError('clearing-not-trusted', { problem: certified.reason });
  if (certified.value.publicKey !== rawEd25519PublicKey(key)) {
    throw new FaultError('clearing-not-trusted', { problem: 'certificate for another key' });
  }
  return { ...opened.value, certified: certified.value };
}

/**
 * Activates this terminal and keeps who it is. The root key that comes with the first answer is trusted from then
 * on and never replaced by an answer. Faults: as `certify`.
 */
export async function activate(
  folder: string,
  input: Activation,
  { softwareVersion, pins }: { readonly softwareVersion: string; readonly pins: Pins },
): Promise<void> {
  const key = ensureTerminalKey(folder);
  const clearingUrl = input.clearingUrl.replace(/\/+$/, '');
  const { activationCode } = input;
  const { rootKey, certificate, certified, store } = await certify(
    { clearingUrl, activationCode, softwareVersion },
    key,
    null,
  );
  writeIdentity(folder, {
    version: 1,
    clearingUrl,
    rootKey,
    certificate,
    certified,
    store,
    firstManager: { id: randomUUID(), name: input.managerName, pin: await pins.hash(input.managerPin) },
  });
}

async function request(
  clearingUrl: string,
  activationCode: string,
  key: KeyObject,
  softwareVersion: string,
): Promise<unknown> {
  const http = createHttpClient();
  const answer = await http.send({
    method: 'POST',
    url: `${clearingUrl}${ROUTES.activate}`,
    headers: {},
    body: JSON.stringify({ activationCode, publicKey: rawEd25519PublicKey(key), softwareVersion }),
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
  });
  http.close();
  if (answer.kind === 'unknown') {
    throw new FaultError('clearing-unreachable', { address: clearingUrl, problem: answer.message });
  }
  const body = parseJson(answer.body);
  if (answer.status === 200 || answer.status === 201) return body;
  const code = apiErrorSchema.safeParse(body).data?.error;
  if (code === 'activation-code-unknown' || code === 'activation-code-used') {
    throw new FaultError('activation-code-refused', { reason: code });
  }
  throw new FaultError('clearing-refused', {
    status: answer.status,
    reason: code ?? 'not a clearing server',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
