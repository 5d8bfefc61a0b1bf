import type { KeyObject } from 'node:crypto';
import type { z } from 'zod';
import { envelopeSchema, type Envelope } from '../../contract/clearing/envelope.ts';
import { authorisationPath, authorisationSchema, ROUTES } from '../../contract/clearing/protocol.ts';
import type { Fault } from '../../contract/terminal/errors.ts';
import type { ClearingAnswer, ClearingClient } from './clearing-client.ts';
import { openSigned } from './exchange.ts';

/** A cashier and a customer wait for it; longer, and the outcome is unknown for now. */
const ASK_TIMEOUT_MS = 8000;
const FINISH_TIMEOUT_MS = 8000;

export type Authorisation = z.infer<typeof authorisationSchema>;

export type AuthorisationOutcome =
  /** Clearing's signed word. */
  | { readonly kind: 'answer'; readonly value: Authorisation; readonly envelope: Envelope }
  /** Clearing took the request and refused to look at it: nothing is held. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** No answer, or none that can be trusted: something may be held. */
  | { readonly kind: 'unknown'; readonly fault: Fault };

/** Asks clearing to hold, capture and release. Each may be sent again: clearing keeps them by their id. */
export interface Authoriser {
  ask(id: string, request: string): Promise<AuthorisationOutcome>;
  capture(id: string, confirmedAtMs: number): Promise<AuthorisationOutcome>;
  release(id: string, reason: string): Promise<AuthorisationOutcome>;
}

export function createAuthoriser(
  client: ClearingClient,
  terminalId: string,
  trustedKeys: ReadonlyMap<string, KeyObject>,
): Authoriser {
  const open = (id: string, answer: ClearingAnswer): AuthorisationOutcome => {
    if (answer.kind !== 'ok') return answer;
    const opened = openSigned('authorisation', answer.body, trustedKeys, authorisationSchema);
    if (!opened.ok) return { kind: 'unknown', fault: opened.fault };
    const { value } = opened;
    if (value.terminalId !== terminalId || value.authorisationId !== id)
      return { kind: 'unknown', fault: { code: 'clearing-not-trusted', params: { reason: 'another' } } };
    return { kind: 'answer', value, envelope: envelopeSchema.parse(JSON.parse(answer.body)) };
  };
  const post = async (id: string, path: string, body: string, timeoutMs: number) =>
    open(id, await client.post(path, body, { timeoutMs }));
  return {
    ask: (id, request) => post(id, ROUTES.authorise, request, ASK_TIMEOUT_MS),
    capture: (id, confirmedAtMs) =>
      post(id, authorisationPath(id, 'capture'), JSON.stringify({ confirmedAtMs }), FINISH_TIMEOUT_MS),
    release: (id, reason) =>
      post(id, authorisationPath(id, 'release'), JSON.stringify({ reason }), FINISH_TIMEOUT_MS),
  };
}
