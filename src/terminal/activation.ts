import { randomUUID, type KeyObject } from 'node:crypto';
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

/**
 * Asks clearing for a certificate with a one-time code and keeps it. The root key that comes with the first
 * answer is trusted from then on and never replaced by an answer.
 * Faults: `clearing-unreachable`, `activation-code-refused`, `clearing-refused`, `clearing-not-trusted`.
 */
export async function activate(
  folder: string,
  input: Activation,
  { softwareVersion, host, transport }: ActivationParts,
): Promise<void> {
  requireSafeAddress(input.clearingUrl);
  const key = ensureTerminalKey(folder, host);
  const clearingUrl = input.clearingUrl.replace(/\/+$/, '');
  const answer = await request(clearingUrl, input.activationCode, key, { softwareVersion, transport });
  const envelope = envelopeSchema.safeParse(answer);
  if (!envelope.success) throw new FaultError('clearing-not-trusted', { problem: 'no envelope' });

  // The payload names the key that it is signed with; first use is the moment of trust.
  const unverified = activationSchema.safeParse(parseJson(envelope.data.payload));
  if (!unverified.success) throw new FaultError('clearing-not-trusted', { problem: 'no activation' });
  const { rootKey } = unverified.data;
  const keys = new Map([[rootKey.keyId, ed25519PublicKey(rootKey.publicKey)]]);
  const opened = openEnvelope('activation', envelope.data, keys, activationSchema);
  if (!opened.ok) throw new FaultError('clearing-not-trusted', { problem: opened.reason });
  const { certificate, store } = opened.value;
  const certified = openEnvelope('certificate', certificate, keys, certificateSchema);
  if (!certified.ok) throw new FaultError('clearing-not-trusted', { problem: certified.reason });
  if (certified.value.publicKey !== rawEd25519PublicKey(key)) {
    throw new FaultError('clearing-not-trusted', { problem: 'certificate for another key' });
  }
  writeIdentity(
    folder,
    {
      version: 1,
      clearingUrl,
      rootKey,
      certificate,
      certified: certified.value,
      store,
      firstManager: {
        id: randomUUID(),
        name: input.managerName,
        pin: await scryptPins(pinPepper(host)).hash(input.managerPin),
      },
    },
    host,
  );
}

async function request(
  clearingUrl: string,
  activationCode: string,
  key: KeyObject,
  { softwareVersion, transport }: Omit<ActivationParts, 'host'>,
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
