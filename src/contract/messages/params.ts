import { shanghaiMinute } from '../../domain/business-day.ts';
import type { RefusalParams } from '../../domain/decision.ts';
import { fen, formatYuan } from '../../domain/money.ts';

/** Parameters as a sentence needs them. A parameter that isn't there, or is something else, reads as null. */
export interface ParamReader {
  /** Fen as yuan: `12.50`, `40`. */
  readonly yuan: (name: string) => string | null;
  readonly text: (name: string) => string | null;
  readonly number: (name: string) => number | null;
  /** Epoch milliseconds as `2023-06-10 14:02` in Shanghai. */
  readonly time: (name: string) => string | null;
  /** Milliseconds as whole seconds, rounded up. */
  readonly seconds: (name: string) => number | null;
}

/** The dates that a four-digit year can write. */
const MAX_TIME_MS = 253_402_214_400_000;

export function readParams(params: RefusalParams): ParamReader {
  const value = (name: string): RefusalParams[string] =>
    Object.hasOwn(params, name) ? (params[name] ?? null) : null;
  const number = (name: string): number | null => {
    const found = value(name);
    return typeof found === 'number' && Number.isFinite(found) ? found : null;
  };
  const whole = (name: string): number | null => {
    const found = number(name);
    return found !== null && Number.isSafeInteger(found) ? found : null;
  };
  return {
    number,
    yuan: (name) => {
      const amount = whole(name);
      return amount === null ? null : formatYuan(fen(amount)).replace(/\.00$/, '');
    },
    text: (name) => {
      const found = value(name);
      return typeof found === 'string' && found !== '' ? found : null;
    },
    time: (name) => {
      const atMs = whole(name);
      return atMs === null || atMs < 0 || atMs >= MAX_TIME_MS ? null : shanghaiMinute(atMs);
    },
    seconds: (name) => {
      const found = number(name);
      return found === null ? null : Math.ceil(found / 1000);
    },
  };
}
