import { expect, test } from 'vitest';
import { TERMINAL_CALLS, type CallName } from '../../../src/contract/terminal/calls.ts';
import { ROLES, type User } from '../../../src/contract/terminal/state.ts';
import { createDispatcher, type Handlers } from '../../../src/terminal/dispatcher.ts';
import { FaultError } from '../../../src/terminal/fault-error.ts';
import { JournalError } from '../../../src/terminal/journal/errors.ts';

const names = Object.keys(TERMINAL_CALLS) as CallName[];

function dispatcher(user: User | null, answer: (name: CallName) => unknown) {
  const log: string[] = [];
  const handlers = Object.fromEntries(names.map((name) => [name, () => answer(name)])) as unknown as Handlers;
  return {
    dispatch: createDispatcher(
      handlers,
      () => user,
      (line) => log.push(line),
    ),
    log,
  };
}

const person = (role: User['role']): User => ({ id: 'u', name: 'u', role });

test.each(names)(
  '%s is refused to every role that the contract does not name, before its input is looked at',
  async (name) => {
    for (const role of [null, ...ROLES]) {
      const { dispatch } = dispatcher(role === null ? null : person(role), () => {
        throw new FaultError('internal', { reached: true });
      });
      const answer = await dispatch({ type: 'call', id: 1, name, input: { nonsense: true } });
      const roles: readonly string[] = TERMINAL_CALLS[name].roles;
      const allowed = roles.includes('anyone') || (role !== null && roles.includes(role));
      const code = answer?.type === 'fault' ? answer.fault.code : null;
      if (allowed) expect(['bad-input', 'internal']).toContain(code);
      else expect(code).toBe(role === null ? 'not-signed-in' : 'not-allowed');
    }
  },
);

test('input beyond the schema never reaches a handler', async () => {
  let reached = 0;
  const { dispatch } = dispatcher(person('cashier'), () => (reached += 1));
  for (const input of [
    undefined,
    null,
    {},
    { amountFen: 0 },
    { amountFen: 1.5 },
    { amountFen: 10, more: 1 },
    { amountFen: 1e12 },
  ]) {
    const answer = await dispatch({ type: 'call', id: 1, name: 'checkout.setAmount', input });
    expect(answer).toMatchObject({ type: 'fault', fault: { code: 'bad-input' } });
  }
  expect(reached).toBe(0);
});

test('what is no call at all is dropped and logged', async () => {
  const { dispatch, log } = dispatcher(person('manager'), () => null);
  for (const data of [
    null,
    7,
    {},
    { type: 'call', id: 0, name: 'sync.now' },
    { type: 'call', id: 1, name: 'constructor' },
  ]) {
    expect(await dispatch(data)).toBeNull();
  }
  expect(log).toHaveLength(5);
});

test('a bug in a handler answers `internal` and leaves its trace in the log', async () => {
  const { dispatch, log } = dispatcher(person('manager'), () => {
    throw new TypeError('a bug');
  });
  const answer = await dispatch({ type: 'call', id: 3, name: 'sync.now', input: undefined });
  expect(answer).toMatchObject({ type: 'fault', id: 3, fault: { code: 'internal' } });
  expect(log.join('\n')).toContain('a bug');
});

test('a full disk reaches the screen as `disk-full`, whoever met it', async () => {
  const met = [
    new JournalError('disk-full', { system: 'SQLITE_FULL' }),
    Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
  ];
  for (const error of met) {
    const { dispatch } = dispatcher(person('manager'), () => {
      throw error;
    });
    const answer = await dispatch({ type: 'call', id: 4, name: 'sync.now', input: undefined });
    expect(answer).toMatchObject({ type: 'fault', id: 4, fault: { code: 'disk-full' } });
  }
});
