/** Every kind of journal entry. */
export const ENTRY_KINDS = [
  'epoch-opened',
  'redemption',
  'reversal',
  'refund',
  'shift-opened',
  'shift-closed',
  'signed-in',
  'signed-out',
  'sign-in-refused',
  'user-changed',
  'settings-changed',
  'device-changed',
  'override',
  'alarm',
  'retired',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/**
 * What an entry does beside being kept. `money`: it moves money or frees a voucher, and clearing judges it; `shift`:
 * the terminal keeps its shifts by it; `record`: an auditor reads it in the chain.
 */
const ROLES = {
  'epoch-opened': 'record',
  redemption: 'money',
  reversal: 'money',
  refund: 'money',
  'shift-opened': 'shift',
  'shift-closed': 'shift',
  'signed-in': 'record',
  'signed-out': 'record',
  'sign-in-refused': 'record',
  'user-changed': 'record',
  'settings-changed': 'record',
  'device-changed': 'record',
  override: 'record',
  alarm: 'record',
  retired: 'record',
} as const satisfies Record<EntryKind, 'money' | 'shift' | 'record'>;

type KindsOf<Role> = { [K in EntryKind]: (typeof ROLES)[K] extends Role ? K : never }[EntryKind];

/** Kinds that move money or vouchers: clearing settles them, and none may stay on a PC that is taken away. */
export type MoneyKind = KindsOf<'money'>;
/** Kinds of which the terminal keeps projections. */
export type ProjectedKind = KindsOf<'money' | 'shift'>;

export function isMoneyKind(kind: EntryKind): kind is MoneyKind {
  return ROLES[kind] === 'money';
}

export function isProjectedKind(kind: EntryKind): kind is ProjectedKind {
  return ROLES[kind] !== 'record';
}

export const MONEY_KINDS: readonly MoneyKind[] = ENTRY_KINDS.filter(isMoneyKind);
