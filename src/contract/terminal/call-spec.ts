import { z } from 'zod';
import type { Role } from './state.ts';

/** Who may make a call. `anyone`: also before sign-in. */
export type Caller = Role | 'anyone';

export interface CallSpec {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly roles: readonly Caller[];
}

/** A call without input, and one whose answer is only that it was done. */
export const nothing = z.undefined();
export const done = z.void();
export const pinSchema = z.string().regex(/^\d{4,12}$/);

/** A manager at the counter who allows what the person signed in may not do alone. */
export const approvalSchema = z.object({ managerId: z.string().max(64), pin: pinSchema }).strict();
export type Approval = z.infer<typeof approvalSchema>;
