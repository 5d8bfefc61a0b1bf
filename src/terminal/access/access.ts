import { z } from 'zod';
import { roleSchema, type User } from '../../contract/terminal/state.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal } from '../journal/types.ts';
import { checkPin } from './pin.ts';

/** Wrong PINs in a row before an account is locked, and for how long; the time doubles with each further one. */
const FREE_FAILURES = 5;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 3_600_000;

const accountSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema,
    pin: z.string(),
    failures: z.int().min(0),
    lockedUntilMs: z.int().min(0),
  })
  .strict();
type Account = z.infer<typeof accountSchema>;
const accountsSchema = z.array(accountSchema);

/** Settings of the journal's database. The PIN's hash stays there: journal entries leave the terminal. */
const ACCOUNTS = 'accounts';
const SESSION = 'session';

export interface Access {
  users(): readonly User[];
  current(): User | null;
  userName(id: string): string;
  /** Throws `wrong-pin` or `pin-locked`; both the success and the refusal are journal entries. */
  signIn(userId: string, pin: string): Promise<void>;
  signOut(automatic: boolean): void;
  /** Takes up the session of a core that ended by accident; used only when main starts it again. */
  resume(): void;
  /** Adds the account made at activation, once. `pin` is a hash. */
  ensureFirstManager(account: { readonly id: string; readonly name: string; readonly pin: string }): void;
}

/** Who may work at this terminal. One person at a time; the counter of failures survives restarts. */
export function createAccess(journal: Journal, nowMs: () => number): Access {
  let user: User | null = null;

  const accounts = (): Account[] => accountsSchema.parse(JSON.parse(journal.setting(ACCOUNTS) ?? '[]'));
  const publicUser = ({ id, name, role }: Account): User => ({ id, name, role });

  function update(changed: Account): void {
    const all = accounts().map((account) => (account.id === changed.id ? changed : account));
    journal.setSetting(ACCOUNTS, JSON.stringify(all));
  }

  function become(next: User | null): void {
    user = next;
    journal.setSetting(SESSION, next === null ? null : next.id);
  }

  function refuse(account: Account): never {
    const failures = account.failures + 1;
    const beyond = failures - FREE_FAILURES;
    const lockMs = beyond < 0 ? 0 : Math.min(FIRST_LOCK_MS * 2 ** beyond, LONGEST_LOCK_MS);
    const lockedUntilMs = lockMs === 0 ? 0 : nowMs() + lockMs;
    update({ ...account, failures, lockedUntilMs });
    journal.append(nowMs(), () => ({
      kind: 'sign-in-refused',
      body: { userId: account.id, failures, lockedUntilMs: lockMs === 0 ? null : lockedUntilMs },
    }));
    if (lockMs > 0) throw new FaultError('pin-locked', { untilMs: lockedUntilMs });
    throw new FaultError('wrong-pin', { triesLeft: FREE_FAILURES - failures });
  }

  return {
    users: () => accounts().map(publicUser),
    current: () => user,
    userName: (id) => accounts().find((account) => account.id === id)?.name ?? id,
    async signIn(userId, pin) {
      const find = (): Account => {
        const account = accounts().find(({ id }) => id === userId);
        if (account === undefined) throw new FaultError('wrong-pin');
        if (account.lockedUntilMs > nowMs())
          throw new FaultError('pin-locked', { untilMs: account.lockedUntilMs });
        return account;
      };
      const matches = await checkPin(pin, find().pin);
      // Read again: another try may have been counted while this one was being derived.
      const account = find();
      if (!matches) refuse(account);
      update({ ...account, failures: 0, lockedUntilMs: 0 });
      journal.append(nowMs(), () => ({ kind: 'signed-in', body: { userId, role: account.role } }));
      become(publicUser(account));
    },
    signOut(automatic) {
      if (user === null) return;
      const { id } = user;
      journal.append(nowMs(), () => ({ kind: 'signed-out', body: { userId: id, automatic } }));
      become(null);
    },
    resume() {
      const id = journal.setting(SESSION);
      const account = accounts().find((candidate) => candidate.id === id);
      if (account !== undefined) user = publicUser(account);
    },
    ensureFirstManager({ id, name, pin }) {
      if (accounts().length > 0) return;
      const account: Account = { id, name, role: 'manager', pin, failures: 0, lockedUntilMs: 0 };
      journal.append(nowMs(), () => ({
        kind: 'user-changed',
        body: { userId: id, name, role: 'manager', change: 'created', by: null },
      }));
      journal.setSetting(ACCOUNTS, JSON.stringify([account]));
    },
  };
}
