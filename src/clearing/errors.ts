import type { z } from 'zod';
import type { apiErrorSchema } from '../contract/clearing/protocol.ts';

export type ApiErrorCode = z.infer<typeof apiErrorSchema>['error'];

/** HTTP's word for each code of the protocol. */
export const HTTP_STATUS = {
  'bad-request': 400,
  'not-found': 404,
  unsigned: 401,
  'signature-wrong': 401,
  stale: 401,
  replayed: 409,
  'too-large': 413,
  'too-many': 429,
  'unknown-terminal': 401,
  'terminal-suspended': 403,
  'activation-code-unknown': 404,
  'activation-code-used': 409,
  forbidden: 403,
  conflict: 409,
  internal: 500,
} as const satisfies Record<ApiErrorCode, number>;

/** A refusal of a request as a whole: nothing was stored. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
