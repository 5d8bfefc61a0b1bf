import { yuan } from './format.ts';

/** One term of a sum in fen, with what it is called. */
export interface Term {
  readonly name: string;
  readonly fen: number;
  readonly testId?: string;
}

/** `first − second = result`, so that a person can follow where the amount comes from. */
export function Equation(props: { readonly first: Term; readonly second: Term; readonly result: Term }) {
  return (
    <dl className="breakdown">
      <Part term={props.first} />
      <i aria-hidden="true">−</i>
      <Part term={props.second} />
      <i aria-hidden="true">=</i>
      <Part term={props.result} />
    </dl>
  );
}

function Part({ term }: { readonly term: Term }) {
  return (
    <div>
      <dt>{term.name}</dt>
      <dd data-testid={term.testId} data-fen={term.fen}>
        {yuan(term.fen)}
      </dd>
    </div>
  );
}
