import { useState } from 'react';
import type { z } from 'zod';
import type { reconciliationListSchema } from '../../../src/contract/clearing/settlement-operator.ts';
import { Card, Loaded, Nothing, State, When } from '../parts.tsx';
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
                  {one.differences.length > 0 && <pre className="differences">{lines(one.differences)}</pre>}
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

/** One difference a line, as the answer had it. */
function lines(differences: List[number]['differences']): string {
  return differences
    .map((one) =>
      Object.entries(one)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('  '),
    )
    .join('\n');
}
