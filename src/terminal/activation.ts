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
import { scryptPins } from './access/pin.ts';
import { pinPepper, type HostSecrets } from './host-secrets.ts';
import { requireSafeAddress, tlsOptions, type TransportSettings } from './sync/transport.ts';
import { createHttpClient } from './sync/http-client.ts';
import { ensureTerminalKey, writeIdentity } from './identity.ts';

const TIMEOUT_MS = 10_000;

/** The call's input with its code, typed or from the seed file. */
export type Activation = CallInput<'app.activate'> & { readonly activationCode: string };

export interface ActivationParts {
  readonly softwareVersion: string;
  readonly host: HostSecrets;
  readonly transport: TransportSettings;
}

interface Asked extends Omit<ActivationParts, 'host'> {
  readonly clearingUrl: string;
  readonly activationCode: string;
}

type Activated = z.infer<typeof activationSchema> & { readonly certified: z.infer<typeof certificateSchema> };

/**
 * Asks clearing for a certificate of `key` with a one-time code. Without `roots` the root key that comes with the
 * answer is trusted: the first use. Faults: `clearing-unreachable`, `activation-code-refused`, `clearing-refused`,
 * `clearing-not-trusted`.
 */
export async function certify(
  asked: Asked,
  key: KeyObject,
  roots: ReadonlyMap<string, KeyObject> | null,
): Promise<Activated> {
  const answer = await request(asked, key);
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
  { softwareVersion, host, transport }: ActivationParts,
): Promise<void> {
  requireSafeAddress(input.clearingUrl);
  const key = ensureTerminalKey(folder, host);
  const clearingUrl = input.clearingUrl.replace(/\/+$/, '');
  const { activationCode } = input;
  const asked = { clearingUrl, activationCode, softwareVersion, transport };
  const { rootKey, certificate, certified, store } = await certify(asked, key, null);
  const pin = await scryptPins(pinPepper(host)).hash(input.managerPin);
  const firstManager = { id: randomUUID(), name: input.managerName, pin };
  writeIdentity(
    folder,
    { version: 1, clearingUrl, rootKey, certificate, certified, store, firstManager },
    host,
  );
}

async function request(
  { clearingUrl, activationCode, softwareVersion, transport }: Asked,
  key: KeyObject,
): Promise<unknown> {
  const http = createHttpClient(tlsOptions(transport));
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
