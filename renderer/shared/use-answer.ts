import { useCallback, useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../src/contract/terminal/calls.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import { askQuietly, useTerminal } from './store.ts';

/** An answer on its way, there, or failed. While a newer one is on its way the older stays to be seen. */
export interface Loaded<N extends CallName> {
  readonly output: CallOutput<N> | null;
  readonly fault: Fault | null;
  readonly loading: boolean;
  readonly again: () => void;
}

/** Asks when the question changes or the core comes back; an answer to an older question is dropped. */
export function useAnswer<N extends CallName>(name: N, input: CallInput<N>): Loaded<N> {
  const question = JSON.stringify([name, input]);
  const connected = useTerminal((view) => view.connected);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Omit<Loaded<N>, 'again'>>({ output: null, fault: null, loading: true });
  useEffect(() => {
    if (!connected) return;
    let current = true;
    setState((before) => ({ ...before, loading: true }));
    const [, asked] = JSON.parse(question) as [N, CallInput<N> | null];
    // JSON has no undefined: a call without input must not be made with null.
    void askQuietly(name, (asked ?? undefined) as CallInput<N>).then((answer) => {
      if (current) setState({ ...answer, loading: false });
    });
    return () => {
      current = false;
    };
  }, [name, question, turn, connected]);
  return { ...state, again: useCallback(() => setTurn((before) => before + 1), []) };
}
