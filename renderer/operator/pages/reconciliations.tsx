import { useState } from 'react';
import type { z } from 'zod';
import type { reconciliationListSchema } from '../../../src/contract/clearing/settlement-operator.ts';
import { Card, Loaded, Money, Nothing, State, When } from '../parts.tsx';
import { useLoad } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { type Text, useText } from '../text.ts';

type List = z.infer<typeof reconciliationListSchema>['reconciliations'];
const STATUSES = ['matched', 'differs', 'only-till', 'only-clearing', 'only-terminal', 'held'] as const;

/** Where a terminal's or a till's figures were held against clearing's. */
export function Reconciliations() {
  const text = useText();
  const nameOf = useStoreNames();
  const [isOnlyDiffering, setOnlyDiffering] = useState(false);
  const list = useLoad<{ readonly reconciliations: List }>('/v1/operator/reconciliations');
  return (
    <Loaded of={list}>
      {({ reconciliations }) =>
        reconciliations.length === 0 ? (
          <Nothing>{text('settlement.noDifferences')}</Nothing>
        ) : (
          <>
            <label className="check">
              <input
                type="checkbox"
                checked={isOnlyDiffering}
                onChange={({ target }) => setOnlyDiffering(target.checked)}
              />
              {text('settlement.onlyDifferences')}
            </label>
            {reconciliations
              .filter(({ differences }) => !isOnlyDiffering || differences.length > 0)
              .map((one) => (
                <Card
                  key={one.id}
                  title={`${one.day} · ${nameOf(one.storeId)}`}
                  extra={
                    <span>
                      {text(one.source === 'till' ? 'settlement.tillSource' : 'settlement.terminalSource')}{' '}
                      {one.subject} · <When at={one.atMs} />
                    </span>
                  }
                >
                  <div className="actions">
                    {Object.entries(one.counts)
                      .filter(([, count]) => count > 0)
                      .map(([status, count]) => (
                        <State key={status} tone={status === 'matched' ? 'good' : 'bad'}>
                          {statusText(text, status)} {count}
                        </State>
                      ))}
                  </div>
                  {one.differences.length > 0 && <Differences of={one.differences} />}
                </Card>
              ))}
          </>
        )
      }
    </Loaded>
  );
}

function statusText(text: Text, status: string): string {
  const known = STATUSES.find((one) => one === status);
  return known === undefined ? status : text(`settlement.${known}`);
}

interface Difference {
  readonly what: string;
  readonly status: string;
  readonly theirFen: number | null;
  readonly ourFen: number | null;
}

const amountOf = (side: unknown): number | null =>
  typeof side === 'object' && side !== null && 'amountFen' in side && typeof side.amountFen === 'number'
    ? side.amountFen
    : null;
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** A till's receipt, or a terminal's entry, in the same words. */
function differenceOf(one: List[number]['differences'][number]): Difference {
  return {
    what:
      one['receiptNumber'] === undefined
        ? `${textOf(one['epoch'])}/${textOf(one['seq'])}`
        : [one['till'], one['receiptNumber']].map(textOf).join(' ').trim(),
    status: textOf(one['status']),
    theirFen: numberOf(one['tillFen']) ?? amountOf(one['terminal']),
    ourFen: numberOf(one['clearingFen']) ?? amountOf(one['clearing']),
  };
}

function Differences({ of }: { readonly of: List[number]['differences'] }) {
  const text = useText();
  return (
    <table className="lines">
      <thead>
        <tr>
          <th scope="col">{text('settlement.what')}</th>
          <th scope="col" className="text">
            {text('status')}
          </th>
          <th scope="col">{text('settlement.theirs')}</th>
          <th scope="col">{text('settlement.ours')}</th>
        </tr>
      </thead>
      <tbody>
        {of.map(differenceOf).map(({ what, status, theirFen, ourFen }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td className="text">{statusText(text, status)}</td>
            <td>{theirFen === null ? '—' : <Money fen={theirFen} />}</td>
            <td>{ourFen === null ? '—' : <Money fen={ourFen} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
