import { createHash } from 'node:crypto';
import type { EntryBody } from '../contract/journal/entry.ts';

/**
 * What an auditor may want to know beside the money: which settings were changed, from what to what, and by whom.
 * Kept as journal entries of kind `settings-changed`.
 */

/** Settings as a flat list: `devices.printer.columns` → `32`. */
export type FlatSettings = Readonly<Record<string, string>>;

export type Changes = EntryBody<'settings-changed'>['changes'];

/** Limits of an entry's body: 64 characters a key, 500 a value, and the whole under 16 KiB. */
const MAX_KEY_LENGTH = 64;
const MAX_SIDE_LENGTH = 100;
const MAX_CHANGES = 40;

/** Never written down, nor anything that it could be guessed from. */
const SECRET = /token|secret|password|pin$/i;
const DIGEST = 'sha256:';

/** Flattens settings. Of a secret only a digest is kept, to be compared on this PC; it never gets into an entry. */
export function flatten(value: unknown, path = ''): FlatSettings {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.length === 0 ? {} : { [path]: value.join(', ') };
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, item]) =>
      flatten(item, path === '' ? key : `${path}.${key}`),
    );
    return Object.assign({}, ...inner) as FlatSettings;
  }
  if (value === null || value === undefined) return {};
  const text = typeof value === 'string' ? withoutPassword(value) : JSON.stringify(value);
  if (!SECRET.test(path)) return { [path]: text };
  return { [path]: `${DIGEST}${createHash('sha256').update(text).digest('hex')}` };
}

/**
 * What changed, as an entry holds it: key → `from → to`, `—` for what wasn't there, `***` for a secret, in order
 * of keys. Null: nothing did.
 */
export function changesBetween(before: FlatSettings, after: FlatSettings): Changes | null {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .toSorted();
  if (keys.length === 0) return null;
  const pairs = keys
    .slice(0, MAX_CHANGES)
    .map((key) => [key.slice(0, MAX_KEY_LENGTH), `${side(before[key])} → ${side(after[key])}`] as const);
  const more = keys.length - pairs.length;
  return { ...Object.fromEntries(pairs), ...(more === 0 ? {} : { more }) };
}

/** An address may carry a name and a password. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//***@');
}

function side(value: string | undefined): string {
  if (value === undefined) return '—';
  if (value.startsWith(DIGEST)) return '***';
  const text = value.replaceAll(/\p{Cc}/gu, ' ');
  return text.length <= MAX_SIDE_LENGTH ? text : `${text.slice(0, MAX_SIDE_LENGTH)}…`;
}

/** Where the settings of the last note are kept, beside the journal. */
const NOTED = 'settings.noted';

interface NotesJournal {
  setting(name: string): string | null;
  setSetting(name: string, value: string | null): void;
}

/**
 * Compares the settings with those of the last note (before the first: with the program's own) and has the
 * difference written down. A crash between the entry and keeping what it says notes the same once more.
 */
export function noteSettings(
  journal: NotesJournal,
  settings: unknown,
  defaults: unknown,
  note: (changes: Changes) => void,
): void {
  const kept = journal.setting(NOTED);
  const before = kept === null ? flatten(defaults) : (JSON.parse(kept) as FlatSettings);
  const after = flatten(settings);
  const changes = changesBetween(before, after);
  if (changes === null) return;
  note(changes);
  journal.setSetting(NOTED, JSON.stringify(after));
}
