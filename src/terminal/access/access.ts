import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AccountView } from '../../contract/terminal/reports.ts';
import { roleSchema, type Role, type User } from '../../contract/terminal/state.ts';
import { backoffMs } from '../../domain/backoff.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/durations.ts';
import { FaultError } from '../fault-error.ts';
import type { Journal, JournalReader } from '../journal/types.ts';
import { scryptPins, type Pins } from './pin.ts';

/** Wrong PINs in a row before an account is locked, and for how long; the time doubles with each further one. */
const FREE_FAILURES = 5;
const LOCKS = { firstMs: MINUTE_MS, longestMs: HOUR_MS };

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
  /** Every account as the manager sees it: no PIN, not even its hash. */
  accounts(): readonly AccountView[];
  /** Adds an account; `by` is the manager. Throws `bad-input` for a name that is taken. */
  addUser(name: string, role: Role, pin: string, by: string): Promise<void>;
  /**
   * Sets another PIN and ends a lock; `by` is the manager, or null for clearing's reset code. Throws `bad-input`
   * for an unknown user.
   */
  setPin(userId: string, pin: string, by: string | null): Promise<void>;
  /** The clock was set: locks last as long as they would have. */
  moveLocks(byMs: number): void;
  /**
   * Checks a manager's PIN beside whoever is signed in; wrong ones count as at sign-in.
   * Throws `wrong-pin`, `pin-locked`, or `not-allowed` if it is no manager.
   */
  approve(managerId: string, pin: string): Promise<User>;
  /** Throws `wrong-pin` or `pin-locked`; both the success and the refusal are journal entries. */
  signIn(userId: string, pin: string): Promise<void>;
  signOut(automatic: boolean): void;
  /** Takes up the session of a core that ended by accident; used only when main starts it again. */
  resume(): void;
  /** For training: the people of the real terminal without their PINs, and who is signed in. */
  takeOver(people: readonly User[], signedIn: User | null): void;
  /** Adds the account made at activation, once. `pin` is a hash. */
  ensureFirstManager(account: { readonly id: string; readonly name: string; readonly pin: string }): void;
}

/** The names of a journal's users by id, for reading alone; an unknown id is its own name. */
export function storedUserName(reader: JournalReader): (id: string) => string {
  const accounts = accountsSchema.parse(JSON.parse(reader.setting(ACCOUNTS) ?? '[]'));
  return (id) => accounts.find((account) => account.id === id)?.name ?? id;
}

const publicUser = ({ id, name, role }: Account): User => ({ id, name, role });
const withLockMoved = (account: Account, byMs: number): Account =>
  account.lockedUntilMs === 0
    ? account
    : { ...account, lockedUntilMs: Math.max(0, account.lockedUntilMs + byMs) };

/** Who may work at this terminal. One person at a time; the counter of failures survives restarts. */
export function createAccess(journal: Journal, nowMs: () => number, pins: Pins = scryptPins(null)): Access {
  let user: User | null = null;

  const accounts = (): Account[] => accountsSchema.parse(JSON.parse(journal.setting(ACCOUNTS) ?? '[]'));

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
    const lockMs = beyond < 0 ? 0 : backoffMs(beyond + 1, LOCKS, 1);
    const lockedUntilMs = lockMs === 0 ? 0 : nowMs() + lockMs;
    update({ ...account, failures, lockedUntilMs });
    journal.append(nowMs(), () => ({
      kind: 'sign-in-refused',
      body: { userId: account.id, failures, lockedUntilMs: lockMs === 0 ? null : lockedUntilMs },
    }));
    if (lockMs > 0) throw new FaultError('pin-locked', { untilMs: lockedUntilMs });
    throw new FaultError('wrong-pin', { triesLeft: FREE_FAILURES - failures });
  }

  /** The account, if the PIN is its own; counts and throws otherwise. */
  async function authenticate(userId: string, pin: string): Promise<Account> {
    const find = (): Account => {
      const account = accounts().find(({ id }) => id === userId);
      if (account === undefined) throw new FaultError('wrong-pin');
      if (account.lockedUntilMs > nowMs())
        throw new FaultError('pin-locked', { untilMs: account.lockedUntilMs });
      return account;
    };
    const matches = await pins.check(pin, find().pin);
    // Read again: another try may have been counted while this one was being derived.
    const account = find();
    if (!matches) refuse(account);
    if (account.failures > 0) update({ ...account, failures: 0, lockedUntilMs: 0 });
    if (pins.stale(account.pin)) {
      const better = await pins.hash(pin);
      update({ ...find(), pin: better });
    }
    return account;
  }

  function noteChange(
    account: Account,
    change: 'created' | 'pin-changed' | 'pin-reset',
    by: string | null,
  ): void {
    const { id: userId, name, role } = account;
    journal.append(nowMs(), () => ({ kind: 'user-changed', body: { userId, name, role, change, by } }));
  }

  return {
    accounts: () =>
      accounts().map(({ id, name, role, lockedUntilMs }) => ({
        id,
        name,
        role,
        lockedUntilMs: lockedUntilMs > nowMs() ? lockedUntilMs : null,
      })),
    async addUser(name, role, pin, by) {
      const account: Account = {
        id: randomUUID(),
        name,
        role,
        pin: await pins.hash(pin),
        failures: 0,
        lockedUntilMs: 0,
      };
      if (accounts().some((other) => other.name === name))
        throw new FaultError('bad-input', { field: 'name' });
      noteChange(account, 'created', by);
      journal.setSetting(ACCOUNTS, JSON.stringify([...accounts(), account]));
    },
    async setPin(userId, pin, by) {
      const hash = await pins.hash(pin);
      const account = accounts().find(({ id }) => id === userId);
      if (account === undefined) throw new FaultError('bad-input', { field: 'userId' });
      noteChange(account, by === null ? 'pin-reset' : 'pin-changed', by);
      update({ ...account, pin: hash, failures: 0, lockedUntilMs: 0 });
    },
    moveLocks(byMs) {
      const moved = accounts().map((account) => withLockMoved(account, byMs));
      journal.setSetting(ACCOUNTS, JSON.stringify(moved));
    },
    async approve(managerId, pin) {
      if (accounts().find(({ id }) => id === managerId)?.role !== 'manager')
        throw new FaultError('not-allowed');
      return publicUser(await authenticate(managerId, pin));
    },
    users: () => accounts().map(publicUser),
    current: () => user,
    userName: (id) => accounts().find((account) => account.id === id)?.name ?? id,
    async signIn(userId, pin) {
      const account = await authenticate(userId, pin);
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
    takeOver(people, signedIn) {
      const taken = people.map((person) => ({ ...person, pin: '', failures: 0, lockedUntilMs: 0 }));
      journal.setSetting(ACCOUNTS, JSON.stringify(taken));
      become(signedIn);
    },
    ensureFirstManager({ id, name, pin }) {
      if (accounts().length > 0) return;
      const account: Account = { id, name, role: 'manager', pin, failures: 0, lockedUntilMs: 0 };
      noteChange(account, 'created', null);
      journal.setSetting(ACCOUNTS, JSON.stringify([account]));
    },
  };
}
