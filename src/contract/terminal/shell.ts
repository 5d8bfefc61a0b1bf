import { z } from 'zod';

/** What main and the core's process say to each other; windows' messages pass through unread. */

/** The only origin that windows ever show. */
export const APP_ORIGIN = 'app://terminal';

/** The channel on which main hands a window its port to the core. */
export const CORE_PORT_CHANNEL = 'core-port';

export const toCoreSchema = z.discriminatedUnion('type', [
  /** A window connected. In a utility process its port comes along with this message. */
  z.object({ type: z.literal('open'), client: z.int() }),
  z.object({ type: z.literal('close'), client: z.int() }),
  /** Only where main relays: a window's message. */
  z.object({ type: z.literal('message'), client: z.int(), data: z.unknown() }),
  z.object({ type: z.literal('stop') }),
]);
export type ToCore = z.infer<typeof toCoreSchema>;

export const coreToMainSchema = z.discriminatedUnion('type', [
  /** The core listens; `fault` is what keeps it from working, for main's log. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('message'), client: z.int(), data: z.unknown() }),
]);
export type CoreToMain = z.infer<typeof coreToMainSchema>;
