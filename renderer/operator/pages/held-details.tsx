import { Button } from 'antd';
import { useState } from 'react';
import type { HeldDetail, HeldEntry, ProposalView } from '../../../src/contract/clearing/operator/held.ts';
import { yuan } from '../../shared/format.ts';
import { Ask, Card, Facts, Loaded, Money, NotForYou, State, When, Who } from '../parts.tsx';
import { useLoad, useRoles, useSession } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { type Text, useText } from '../text.ts';
import { kindText, reasonText } from './held-page.tsx';

type Dialog = 'settle' | 'refuse' | 'approve' | 'reject';

/** What a wrong sum should have been, or which entry is meant; what this page has no words for, as it came. */
function paramsTexts(text: Text, params: HeldEntry['params']): readonly string[] {
  const { epoch, seq, ...others } = params;
  const named = Object.entries(others).map(([name, value]) =>
    isSum(name) ? `${text(`held.right-${name}`)} ${yuan(Number(value))}` : `${name} ${String(value)}`,
  );
  return seq === undefined ? named : [...named, `${text('held.place')} ${String(epoch)}/${String(seq)}`];
}

const SUMS = ['discountFen', 'payableFen', 'backToFundFen', 'paidOutFen'] as const;
const isSum = (name: string): name is (typeof SUMS)[number] => SUMS.some((sum) => sum === name);

/** One held entry: why, what settling it would do, what was proposed, and what this person may do about it. */
export function HeldDetails(props: { readonly entry: HeldEntry; readonly onChanged: () => void }) {
  const text = useText();
  const nameOf = useStoreNames();
  const { entry } = props;
  const { terminalId, epoch, seq, hash } = entry;
  const detail = useLoad<HeldDetail>('/v1/operator/held/entry', { terminalId, epoch, seq, hash });
  return (
    <Card
      title={`${kindText(text, entry.kind)} · ${nameOf(entry.storeId)}`}
      extra={entry.quarantined && <State tone="bad">{text('held.quarantined')}</State>}
    >
      <Facts
        of={[
          [
            text('held.why'),
            <b>{[reasonText(text, entry.reason), ...paramsTexts(text, entry.params)].join(' · ')}</b>,
          ],
          ...(entry.discountFen === null
            ? []
            : [[text('held.given'), <Money fen={entry.discountFen} />] as const]),
          [text('held.happened'), <When at={entry.atMs} />],
          [text('held.received'), <When at={entry.receivedAtMs} />],
          [text('held.place'), `${terminalId} ${epoch}/${seq}`],
        ]}
      />
      <Loaded of={detail}>
        {({ settling, body, entry: { proposal } }) => (
          <div className="form">
            <div className="settling">
              <h3>{text(settling.possible ? 'held.wouldBe' : 'held.impossible')}</h3>
              <p>
                {settling.possible
                  ? text(`held.effect-${settling.effect}`, { amount: yuan(settling.amountFen) })
                  : text(`held.no-${settling.why}`)}
              </p>
            </div>
            {proposal === null ? (
              <Propose
                entry={entry}
                canSettle={settling.possible}
                onChanged={props.onChanged}
                again={detail.again}
              />
            ) : (
              <Decide proposal={proposal} onChanged={props.onChanged} again={detail.again} />
            )}
            <details>
              <summary>{text('held.body')}</summary>
              <pre>{body}</pre>
            </details>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

interface Changes {
  readonly onChanged: () => void;
  readonly again: () => void;
}

function Propose(props: { readonly entry: HeldEntry; readonly canSettle: boolean } & Changes) {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { terminalId, epoch, seq, hash } = props.entry;
  if (!may('unionpay', 'bureau'))
    return (
      <NotForYou>{text('noRole', { roles: `${text('role.unionpay')} / ${text('role.bureau')}` })}</NotForYou>
    );
  return (
    <div className="actions">
      {props.canSettle && (
        <Button type="primary" data-testid="propose-settle" onClick={() => setDialog('settle')}>
          {text('held.proposeSettle')}
        </Button>
      )}
      <Button danger data-testid="propose-refuse" onClick={() => setDialog('refuse')}>
        {text('held.proposeRefuse')}
      </Button>
      {(dialog === 'settle' || dialog === 'refuse') && (
        <Ask
          title={text(dialog === 'settle' ? 'held.proposeSettle' : 'held.proposeRefuse')}
          explain={text(`held.${dialog}Explain`)}
          ok={text(dialog === 'settle' ? 'held.proposeSettle' : 'held.proposeRefuse')}
          danger={dialog === 'refuse'}
          reason={text('held.noteLabel')}
          onClose={() => setDialog(null)}
          onOk={async (note) => {
            const body = { terminalId, epoch, seq, hash, decision: dialog, note };
            await api.post('/v1/operator/held/proposals', body);
            props.again();
            props.onChanged();
          }}
        />
      )}
    </div>
  );
}

function Decide({ proposal, onChanged, again }: { readonly proposal: ProposalView } & Changes) {
  const text = useText();
  const { api } = useSession();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const path = `/v1/operator/held/proposals/${proposal.id}`;
  const done = async (what: Promise<unknown>): Promise<void> => {
    await what;
    again();
    onChanged();
  };
  return (
    <div className="proposal" data-testid="proposal">
      <h3>
        {text('held.proposal')}: {text(`held.${proposal.decision}`)}{' '}
        <State tone="wait">{text('held.open')}</State>
      </h3>
      <Facts
        of={[
          [text('held.proposedBy'), <Who id={proposal.proposedBy} />],
          [text('time'), <When at={proposal.proposedAtMs} />],
          [text('reason'), proposal.note],
        ]}
      />
      <Verdict proposal={proposal} onAsk={setDialog} />
      {dialog === 'approve' && (
        <Ask
          title={`${text('held.approve')}: ${text(`held.${proposal.decision}`)}`}
          explain={text(proposal.decision === 'settle' ? 'held.approveSettle' : 'held.approveRefuse')}
          ok={text('held.approve')}
          danger={proposal.decision === 'refuse'}
          onClose={() => setDialog(null)}
          onOk={() => done(api.post(`${path}/approve`))}
        />
      )}
      {dialog === 'reject' && (
        <Ask
          title={text('held.reject')}
          explain={text('held.rejectExplain')}
          ok={text('held.reject')}
          reason={text('reason')}
          onClose={() => setDialog(null)}
          onOk={(note) => done(api.post(`${path}/reject`, { note }))}
        />
      )}
    </div>
  );
}

/** The two buttons, or why they are not for this person. */
function Verdict(props: { readonly proposal: ProposalView; readonly onAsk: (dialog: Dialog) => void }) {
  const text = useText();
  const may = useRoles();
  const { me } = useSession();
  if (props.proposal.proposedBy === me.id) return <NotForYou>{text('held.own')}</NotForYou>;
  if (!may('finance')) return <NotForYou>{text('held.waits')}</NotForYou>;
  return (
    <div className="actions">
      <Button type="primary" data-testid="approve" onClick={() => props.onAsk('approve')}>
        {text('held.approve')}
      </Button>
      <Button data-testid="reject" onClick={() => props.onAsk('reject')}>
        {text('held.reject')}
      </Button>
    </div>
  );
}
