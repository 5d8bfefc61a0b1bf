import { Button, Input } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type { payoutSchema } from '../../../src/contract/clearing/settlement-operator.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import { yuan } from '../../shared/format.ts';
import { download } from '../api.ts';
import { Ask, Field, Loaded, Money, Nothing, NotForYou, Refused, State, Who } from '../parts.tsx';
import { useAct, useLoad, useRoles, useSession } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { useText } from '../text.ts';

type Payout = z.infer<typeof payoutSchema>;

const PATH = '/v1/operator/settlement/payouts';
const TONES = { prepared: 'wait', approved: 'good', rejected: 'plain' } as const;

/** Payouts: prepared by one person, approved by another, who says when and under which reference the bank pays. */
export function Payouts() {
  const text = useText();
  const may = useRoles();
  const { me } = useSession();
  const payouts = useLoad<{ readonly payouts: readonly Payout[] }>(PATH);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isApproving, setApproving] = useState(false);
  const [rejected, setRejected] = useState<Payout | null>(null);
  const toggle = (id: string): void =>
    setChosen(
      (before) => new Set([...before].filter((one) => one !== id).concat(before.has(id) ? [] : [id])),
    );
  return (
    <Loaded of={payouts}>
      {({ payouts: listed }) => {
        const picked = listed.filter(({ id, state }) => state === 'prepared' && chosen.has(id));
        const isWaiting = listed.some(({ state }) => state === 'prepared');
        return listed.length === 0 ? (
          <Nothing>{text('settlement.noPayouts')}</Nothing>
        ) : (
          <section className="card">
            {isWaiting && !may('finance') && (
              <NotForYou>{text('noRole', { roles: text('role.finance') })}</NotForYou>
            )}
            {isWaiting && may('finance') && (
              <div className="actions">
                <Button
                  type="primary"
                  data-testid="approve-payouts"
                  disabled={picked.length === 0}
                  onClick={() => setApproving(true)}
                >
                  {text('settlement.approve', { count: picked.length })}
                </Button>
              </div>
            )}
            <ul className="rows">
              {listed.map((payout) => (
                <OnePayout
                  key={payout.id}
                  payout={payout}
                  isChosen={chosen.has(payout.id)}
                  onToggle={
                    payout.state === 'prepared' && may('finance') && payout.preparedBy !== me.id
                      ? () => toggle(payout.id)
                      : null
                  }
                  onReject={() => setRejected(payout)}
                />
              ))}
            </ul>
            {isApproving && (
              <Approve payouts={picked} onClose={() => setApproving(false)} onDone={payouts.again} />
            )}
            {rejected !== null && (
              <Reject payout={rejected} onClose={() => setRejected(null)} onDone={payouts.again} />
            )}
          </section>
        );
      }}
    </Loaded>
  );
}

function OnePayout(props: {
  readonly payout: Payout;
  readonly isChosen: boolean;
  /** Null where it is not for this person to approve. */
  readonly onToggle: (() => void) | null;
  readonly onReject: () => void;
}) {
  const text = useText();
  const may = useRoles();
  const { api, me } = useSession();
  const { refusal, act } = useAct();
  const nameOf = useStoreNames();
  const { payout, onToggle } = props;
  const { id, state, storeId } = payout;
  return (
    <li data-testid={`payout-${state}`}>
      {onToggle !== null && (
        <label className="check">
          <input
            type="checkbox"
            data-testid="pick-payout"
            aria-label={text('settlement.select', { store: nameOf(storeId) })}
            checked={props.isChosen}
            onChange={onToggle}
          />
        </label>
      )}
      <div>
        <b>{nameOf(storeId)}</b> <Money fen={payout.amountFen} />{' '}
        <State tone={TONES[state]}>{text(`settlement.${state}`)}</State>
        <small>
          {payout.settlementDay} · {text('settlement.preparedBy')} <Who id={payout.preparedBy} />
          {payout.approvedBy !== null && (
            <>
              {' · '}
              {text('settlement.approvedBy')} <Who id={payout.approvedBy} />
            </>
          )}
          {payout.rejectedBy !== null && (
            <>
              {' · '}
              {text('settlement.rejectedBy')} <Who id={payout.rejectedBy} />: {payout.reason}
            </>
          )}
          {payout.paidOn !== null &&
            ` · ${text('settlement.paidOn')} ${payout.paidOn} · ${payout.reference ?? ''}`}
        </small>
        {state === 'prepared' && may('finance') && payout.preparedBy === me.id && (
          <NotForYou>{text('settlement.own')}</NotForYou>
        )}
        <Refused refusal={refusal} />
      </div>
      {state === 'prepared' && may('finance', 'unionpay') && (
        <Button onClick={props.onReject}>{text('settlement.reject')}</Button>
      )}
      {state === 'approved' && (
        <Button onClick={() => void act(() => download(api, `${PATH}/${id}/advice`, `payout-${id}.json`))}>
          {text('settlement.advice')}
        </Button>
      )}
    </li>
  );
}

function Approve(props: {
  readonly payouts: readonly Payout[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const text = useText();
  const { api } = useSession();
  const [paidOn, setPaidOn] = useState(businessDay(Date.now()));
  const amount = props.payouts.reduce((sum, { amountFen }) => sum + amountFen, 0);
  return (
    <Ask
      title={text('settlement.approveTitle')}
      explain={
        <div className="form">
          <p data-testid="approve-sum">
            {text('settlement.approveExplain', { count: props.payouts.length, amount: yuan(amount) })}
          </p>
          <Field label={text('settlement.paidOn')}>
            {(id) => (
              <Input
                id={id}
                type="date"
                data-testid="paid-on"
                value={paidOn}
                onChange={({ target }) => setPaidOn(target.value)}
              />
            )}
          </Field>
        </div>
      }
      ok={text('settlement.approveTitle')}
      reason={text('settlement.reference')}
      onClose={props.onClose}
      onOk={async (reference) => {
        const ids = props.payouts.map(({ id }) => id);
        await api.post(`${PATH}/approvals`, { ids, paidOn, reference });
        props.onDone();
      }}
    />
  );
}

function Reject(props: {
  readonly payout: Payout;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const text = useText();
  const { api } = useSession();
  return (
    <Ask
      title={text('settlement.reject')}
      explain={text('settlement.rejectExplain')}
      ok={text('settlement.reject')}
      danger
      reason={text('reason')}
      onClose={props.onClose}
      onOk={async (reason) => {
        await api.post(`${PATH}/${props.payout.id}/rejection`, { reason });
        props.onDone();
      }}
    />
  );
}
