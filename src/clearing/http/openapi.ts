import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { envelopeSchema } from '../../contract/clearing/envelope.ts';
import { apiErrorSchema, entryVerdictSchema } from '../../contract/clearing/protocol.ts';
import { heldEntrySchema, proposalViewSchema } from '../../contract/clearing/operator/held.ts';
import { storeViewSchema, terminalViewSchema } from '../../contract/clearing/operator/stores.ts';
import { entrySchema } from '../../contract/journal/entry.ts';

/** What occurs in many routes is written once in the document. */
const NAMED = {
  ApiError: apiErrorSchema,
  Envelope: envelopeSchema,
  JournalEntry: entrySchema,
  EntryVerdict: entryVerdictSchema,
  Store: storeViewSchema,
  Terminal: terminalViewSchema,
  HeldEntry: heldEntrySchema,
  Proposal: proposalViewSchema,
} as const;
for (const [id, schema] of Object.entries(NAMED)) z.globalRegistry.add(schema, { id });

const DESCRIPTION = `Money in whole fen, times in epoch milliseconds, business days as YYYY-MM-DD (Asia/Shanghai).

Terminals sign every request but the activation (RFC 9421, Ed25519, covering @method, @path and content-digest, with
created, nonce, keyid and alg); answers are envelopes that clearing has signed. Operators send a bearer token, and may
send a Request-Id: the same one again is refused as replayed. Every refusal is an ApiError with a code; what is refused
as a whole has stored nothing.`;

/** How the routes' schemas become the OpenAPI 3.1 document that the server serves (docs/openapi.json). */
export const openApiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Clearing of consumption vouchers', version: '1.0.0', description: DESCRIPTION },
    tags: [
      { name: 'terminal', description: 'What terminals ask: signed requests, sealed answers.' },
      { name: 'operator', description: 'What operators ask: tokens with roles.' },
      { name: 'cars', description: 'Claims for car vouchers and their two reviews.' },
    ],
    components: { securitySchemes: { operator: { type: 'http', scheme: 'bearer' } } },
  },
  transform: jsonSchemaTransform,
  transformObject: jsonSchemaTransformObject,
};
