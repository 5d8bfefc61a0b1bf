import { z } from 'zod';
import { TERMINAL_CALLS, TERMINAL_EVENTS, type CallName, type EventName } from './calls.ts';
import { faultSchema } from './errors.ts';

/** The messages that cross between a window and the core; plain JSON values, so that any channel carries them. */
const callNames = Object.keys(TERMINAL_CALLS) as [CallName, ...CallName[]];
const eventNames = Object.keys(TERMINAL_EVENTS) as [EventName, ...EventName[]];

export const requestSchema = z
  .object({
    type: z.literal('call'),
    id: z.int().min(1),
    name: z.enum(callNames),
    input: z.unknown().optional(),
  })
  .strict();
export type Request = z.infer<typeof requestSchema>;

export const fromCoreSchema = z.discriminatedUnion('type', [
  // Plain JSON drops a member that is undefined: the answer of a call that only says that it was done.
  z.object({ type: z.literal('result'), id: z.int(), output: z.unknown().optional() }),
  z.object({ type: z.literal('fault'), id: z.int(), fault: faultSchema }),
  z.object({ type: z.literal('event'), name: z.enum(eventNames), payload: z.unknown() }),
]);
export type FromCore = z.infer<typeof fromCoreSchema>;
