import { useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../src/contract/terminal/calls.ts';
import { FaultNote } from '../shared/fault-note.tsx';
import { askQuietly } from '../shared/store.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';

/** Something that takes a while: said when it begins, when it is done, and why it failed. */
export interface Work {
  readonly busy: boolean;
  readonly note: string;
  readonly fault: Fault | null;
  readonly run: <N extends CallName>(
    name: N,
    input: CallInput<N>,
    words: { readonly working: string; readonly done: (output: CallOutput<N>) => string },
  ) => Promise<void>;
}

export function useWork(): Work {
  const [state, setState] = useState<Omit<Work, 'run'>>({ busy: false, note: '', fault: null });
  return {
    ...state,
    run: async (name, input, words) => {
      setState({ busy: true, note: words.working, fault: null });
      const { output, fault } = await askQuietly(name, input);
      // A call that answers nothing has the output `undefined`, not null.
      setState({ busy: false, note: output === null ? '' : words.done(output), fault });
    },
  };
}

/** Where the work is: beside its button. */
export function WorkNote({ work, testId }: { readonly work: Work; readonly testId: string }) {
  return (
    <span className="export-note" data-testid={testId} data-busy={work.busy}>
      <span role="status">
        {work.busy && <i className="spinner spinner-small" aria-hidden="true" />} {work.note}
      </span>
      {work.fault !== null && <FaultNote fault={work.fault} />}
    </span>
  );
}
