/** Kinds that move money or free a voucher: clearing settles them, and none may stay on a PC that is taken away. */
export const MONEY_KINDS = ['redemption', 'reversal', 'refund'] as const;
/** Kinds by which the terminal keeps its shifts. */
const SHIFT_KINDS = ['shift-opened', 'shift-closed'] as const;
/** Kinds that an auditor reads in the chain, and of which nothing else is made. */
const RECORD_KINDS = [
  'epoch-opened',
  'signed-in',
  'signed-out',
  'sign-in-refused',
  'user-changed',
  'settings-changed',
  'device-changed',
  'override',
  'alarm',
  'clock-set',
  'retired',
] as const;
/** Every kind of journal entry: a new one is put into the list of those that do what it does. */
export const ENTRY_KINDS = [...MONEY_KINDS, ...SHIFT_KINDS, ...RECORD_KINDS] as const;

export type EntryKind = (typeof ENTRY_KINDS)[number];
export type MoneyKind = (typeof MONEY_KINDS)[number];
/** Kinds of which the terminal keeps projections. */
export type ProjectedKind = MoneyKind | (typeof SHIFT_KINDS)[number];

const isOneOf = <K extends EntryKind>(kinds: readonly K[], kind: EntryKind): kind is K =>
  kinds.some((each) => each === kind);
export const isMoneyKind = (kind: EntryKind): kind is MoneyKind => isOneOf(MONEY_KINDS, kind);
export const isProjectedKind = (kind: EntryKind): kind is ProjectedKind =>
  isMoneyKind(kind) || isOneOf(SHIFT_KINDS, kind);
