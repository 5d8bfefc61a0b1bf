import type { Refuse, RefusalCode, RefusalParams } from './decision.ts';

/** A refusal, with what would help as flat parameters. */
export function refuse(code: RefusalCode, params: RefusalParams = {}): Refuse {
  return { verdict: 'refuse', code, params };
}
