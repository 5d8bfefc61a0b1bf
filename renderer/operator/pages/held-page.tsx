import { useState } from 'react';
import type { HeldEntry, ProposalView } from '../../../src/contract/clearing/operator/held.ts';
import { MONEY_KINDS } from '../../../src/domain/entry-kinds.ts';
import { holds } from '../../shared/i18n/zh/holds.ts';
import { Loaded, Money, Nothing, State, Views, When, Who } from '../parts.tsx';
import { useLoad } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { type Text, type TextKey, useText } from '../text.ts';
import { HeldDetails } from './held-details.tsx';

const LISTED = 200;

/** Why an entry is held, or what an alarm is about: they share their words. */
export function reasonText(text: Text, code: string): string {
  return Object.hasOwn(holds, code) ? text(`holds.${code}` as TextKey) : text('holds.other', { code });
}

export function kindText(text: Text, kind: string): string {
  const known = MONEY_KINDS.find((one) => one === kind);
  return known === undefined ? text('held.otherKind', { kind }) : text(`held.${known}`);
}

/** What waits for two people's decision, the oldest first; and what was decided. */
export function HeldPage() {
  const text = useText();
  const [view, setView] = useState<'queue' | 'history'>('queue');
  return (
    <>
      <Views
        label={text('page.held')}
        testId="view"
        value={view}
        options={[
          ['queue', text('held.queue')],
          ['history', text('held.history')],
        ]}
        onChange={setView}
      />
      {view === 'queue' ? <Queue /> : <History />}
    </>
  );
}

function Queue() {
  const text = useText();
  const nameOf = useStoreNames();
  const [chosen, setChosen] = useState<string | null>(null);
  const held = useLoad<{ readonly entries: readonly HeldEntry[]; readonly more: boolean }>(
    '/v1/operator/held',
    {
      limit: LISTED,
    },
  );
  return (
    <Loaded of={held}>
      {({ entries, more }) => {
        const open = entries.find((entry) => keyOf(entry) === chosen);
        return entries.length === 0 ? (
          <Nothing>{text('held.none')}</Nothing>
        ) : (
          <div className="two">
            <ul className="picks list-side">
              {entries.map((entry) => (
                <li key={keyOf(entry)}>
                  <button
                    type="button"
                    data-testid="held-entry"
                    aria-pressed={entry === open}
                    onClick={() => setChosen(keyOf(entry))}
                  >
                    <b>
                      {kindText(text, entry.kind)}{' '}
                      {entry.discountFen !== null && <Money fen={entry.discountFen} />}
                    </b>
                    {entry.proposal !== null && <State tone="wait">{text('held.open')}</State>}
                    <span className="reason">{reasonText(text, entry.reason)}</span>
                    <small>
                      {nameOf(entry.storeId)} · <When at={entry.receivedAtMs} />
                    </small>
                  </button>
                </li>
              ))}
              {more && <li>{text('held.more', { count: LISTED })}</li>}
            </ul>
            <div>
              {open === undefined ? (
                <Nothing>{text('held.choose')}</Nothing>
              ) : (
                <HeldDetails key={keyOf(open)} entry={open} onChanged={held.again} />
              )}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

const keyOf = ({ terminalId, epoch, seq, hash }: HeldEntry): string =>
  `${terminalId} ${epoch} ${seq} ${hash}`;

const TONES = { open: 'wait', approved: 'good', rejected: 'plain' } as const;

function History() {
  const text = useText();
  const decided = useLoad<{ readonly proposals: readonly ProposalView[] }>('/v1/operator/held/proposals', {
    limit: LISTED,
  });
  return (
    <Loaded of={decided}>
      {({ proposals }) =>
        proposals.length === 0 ? (
          <Nothing>{text('held.noHistory')}</Nothing>
        ) : (
          <section className="card">
            <table className="lines" data-testid="history">
              <thead>
                <tr>
                  <th scope="col">{text('held.place')}</th>
                  <th scope="col">{text('held.proposal')}</th>
                  <th scope="col" className="text">
                    {text('reason')}
                  </th>
                  <th scope="col" className="text">
                    {text('held.proposedBy')}
                  </th>
                  <th scope="col" className="text">
                    {text('held.decidedBy')}
                  </th>
                  <th scope="col">{text('status')}</th>
                </tr>
              </thead>
              <tbody>
                {proposals.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      {one.terminalId} {one.epoch}/{one.seq}
                    </th>
                    <td>{text(`held.${one.decision}`)}</td>
                    <td className="text">{one.note}</td>
                    <td className="text">
                      <Who id={one.proposedBy} /> <When at={one.proposedAtMs} />
                    </td>
                    <td className="text">
                      <Who id={one.decidedBy} /> <When at={one.decidedAtMs} />
                    </td>
                    <td>
                      <State tone={TONES[one.status]}>{text(`held.${one.status}`)}</State>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    </Loaded>
  );
}
