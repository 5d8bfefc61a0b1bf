import type { ReactNode } from 'react';

export interface Stage {
  readonly name: string;
  readonly state: 'done' | 'now' | 'later' | 'failed';
  readonly detail: ReactNode;
}

const SIGNS = { done: '✓', now: '●', later: '○', failed: '✕' } as const;

/** The way that a thing goes, and how far it has come. */
export function Stages({ label, of }: { readonly label: string; readonly of: readonly Stage[] }) {
  return (
    <ol className="stages" aria-label={label}>
      {of.map(({ name, state, detail }) => (
        <li key={name} className={`stage stage-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
          <i aria-hidden="true">{SIGNS[state]}</i>
          <b>{name}</b>
          <small>{detail}</small>
        </li>
      ))}
    </ol>
  );
}
