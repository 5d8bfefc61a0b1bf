import { canonicalJson, type CanonicalValue } from '../../contract/journal/canonical.ts';
import { BODY_SCHEMAS, type Entry, type EntryBody } from '../../contract/journal/entry.ts';

export type ParsedBody =
  | { readonly kind: 'redemption'; readonly value: EntryBody<'redemption'> }
  | { readonly kind: 'reversal'; readonly value: EntryBody<'reversal'> }
  | { readonly kind: 'refund'; readonly value: EntryBody<'refund'> }
  | { readonly kind: 'epoch-opened'; readonly value: EntryBody<'epoch-opened'> }
  | { readonly kind: 'other' };

/** The body as its kind's schema has it; null when it isn't that, or isn't written canonically. */
export function parseBody(entry: Entry): ParsedBody | null {
  let value: unknown;
  try {
    value = JSON.parse(entry.body);
    if (canonicalJson(value as CanonicalValue) !== entry.body) return null;
  } catch {
    return null;
  }
  const { kind } = entry;
  switch (kind) {
    case 'redemption': {
      const parsed = BODY_SCHEMAS.redemption.safeParse(value);
      return parsed.success ? { kind, value: parsed.data } : null;
    }
    case 'reversal': {
      const parsed = BODY_SCHEMAS.reversal.safeParse(value);
      return parsed.success ? { kind, value: parsed.data } : null;
    }
    case 'refund': {
      const parsed = BODY_SCHEMAS.refund.safeParse(value);
      return parsed.success ? { kind, value: parsed.data } : null;
    }
    case 'epoch-opened': {
      const parsed = BODY_SCHEMAS['epoch-opened'].safeParse(value);
      return parsed.success ? { kind, value: parsed.data } : null;
    }
    default:
      return BODY_SCHEMAS[kind].safeParse(value).success ? { kind: 'other' } : null;
  }
}
