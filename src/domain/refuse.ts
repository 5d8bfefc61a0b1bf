import type { RefusalCode, RefuseOf } from './decision.ts';
import type { NoParams, RefusalParams } from './refusal-params.ts';

type BareCode = { [C in RefusalCode]: RefusalParams[C] extends NoParams ? C : never }[RefusalCode];

/** A refusal with exactly what its code has to tell: anything less, more or else doesn't compile. */
export function refuse<C extends BareCode>(code: C): RefuseOf<C>;
export function refuse<C extends RefusalCode>(code: C, params: RefusalParams[C]): RefuseOf<C>;
export function refuse(code: RefusalCode, params: RefusalParams[RefusalCode] = {}): RefuseOf<RefusalCode> {
  return { verdict: 'refuse', code, params };
}
