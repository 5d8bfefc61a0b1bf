import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type {
  CampaignView,
  recoveredSchema,
  roundsAnswerSchema,
  roundViewSchema,
} from '../../../src/contract/clearing/operator/campaigns.ts';
import { categoryName } from '../../../src/contract/messages/words.ts';
import { businessDay, shanghaiMinute } from '../../../src/domain/business-day.ts';
import { yuan, yuanShort } from '../../shared/format.ts';
import { Bar } from '../bar.tsx';
import { OfCampaign } from '../campaign.tsx';
import { Ask, Card, Loaded, Nothing, State, When } from '../parts.tsx';
import { useLoad, useRoles, useSession } from '../session.ts';
import { type Language, useLanguage, useText } from '../text.ts';
import { NewRound } from './new-round.tsx';

type Rounds = z.infer<typeof roundsAnswerSchema>;
type Recovered = z.infer<typeof recoveredSchema>;

/** What may still be given out, the rounds so far, and what expired taken back. */
export function RoundsPage() {
  return <OfCampaign>{(campaign) => <OneCampaign key={campaign.number} campaign={campaign} />}</OfCampaign>;
}

function OneCampaign({ campaign }: { readonly campaign: CampaignView }) {
  const text = useText();
  const language = useLanguage();
  const may = useRoles();
  const { api } = useSession();
  const path = `/v1/operator/campaigns/${campaign.number}`;
  const rounds = useLoad<Rounds>(`${path}/rounds`);
  const [dialog, setDialog] = useState<'open' | 'recover' | null>(null);
  const [recovered, setRecovered] = useState<Recovered | null>(null);
  return (
    <>
      <div className="bar-of-tools">
        <span>
          {text('rounds.from')} {businessDay(campaign.opensAtMs)} – {businessDay(campaign.closesAtMs - 1)}
        </span>
        {may('unionpay') && (
          <div className="actions">
            {recovered !== null && (
              <span role="status" data-testid="recovered">
                {text('rounds.recovered', { count: recovered.count, amount: yuan(recovered.amountFen) })}
              </span>
            )}
            <Button data-testid="recover" onClick={() => setDialog('recover')}>
              {text('rounds.recover')}
            </Button>
            <Button type="primary" data-testid="open-round" onClick={() => setDialog('open')}>
              {text('rounds.openRound')}
            </Button>
          </div>
        )}
      </div>
      <Loaded of={rounds}>
        {({ rounds: listed, left }) => (
          <>
            <Left campaign={campaign} left={left} />
            <Card title={text('rounds.list')}>
              {listed.length === 0 ? (
                <Nothing>{text('rounds.none')}</Nothing>
              ) : (
                <ul className="bars">
                  {listed.map((round) => (
                    <OneRound
                      key={`${round.kind} ${round.round}`}
                      round={round}
                      name={kindText(language, campaign, round.kind)}
                    />
                  ))}
                </ul>
              )}
            </Card>
            {dialog === 'open' && (
              <NewRound
                path={`${path}/rounds`}
                kinds={campaign.kinds
                  .filter(({ category }) => category !== 'car')
                  .map(({ id }) => ({
                    id,
                    name: kindText(language, campaign, id),
                    left: left.find(({ kind }) => kind === id)?.count ?? 0,
                  }))}
                onClose={() => setDialog(null)}
                onDone={rounds.again}
              />
            )}
          </>
        )}
      </Loaded>
      {dialog === 'recover' && (
        <Ask
          title={text('rounds.recover')}
          explain={text('rounds.recoverExplain')}
          ok={text('rounds.recover')}
          onClose={() => setDialog(null)}
          onOk={async () => {
            setRecovered(await api.post<Recovered>(`${path}/recoveries`));
            rounds.again();
          }}
        />
      )}
    </>
  );
}

/** 商超 20 元 */
function kindText(language: Language, campaign: CampaignView, id: string): string {
  const kind = campaign.kinds.find((one) => one.id === id);
  if (kind === undefined) return id;
  return `${categoryName(language, kind.category)} ¥${yuanShort(kind.faceValueFen)}`;
}

function Left({ campaign, left }: { readonly campaign: CampaignView; readonly left: Rounds['left'] }) {
  const text = useText();
  const language = useLanguage();
  return (
    <Card title={text('rounds.kinds')} extra={<small>{text('rounds.carRound')}</small>}>
      <ul className="bars bars-two">
        {campaign.kinds.map(({ id, quota }) => {
          const count = left.find(({ kind }) => kind === id)?.count ?? 0;
          return (
            <li key={id}>
              <p>
                <b>{kindText(language, campaign, id)}</b>
                <span className="of">
                  {text('rounds.left', { count: count.toLocaleString('en') })} / {quota.toLocaleString('en')}
                </span>
              </p>
              <Bar
                of={[
                  ['redeemed', quota - count],
                  ['free', count],
                ]}
              />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function OneRound({
  round,
  name,
}: {
  readonly round: z.infer<typeof roundViewSchema>;
  readonly name: string;
}) {
  const text = useText();
  const nowMs = Date.now();
  const state = nowMs < round.opensAtMs ? 'before' : nowMs < round.closesAtMs ? 'running' : 'over';
  return (
    <li data-testid="round">
      <p>
        <b>
          {name} · {text('rounds.round', { round: round.round })}
        </b>
        <State tone={state === 'running' ? 'good' : state === 'before' ? 'wait' : 'plain'}>
          {text(`rounds.${state}`)}
        </State>
        <span>
          <When at={round.opensAtMs} /> – {shanghaiMinute(round.closesAtMs)}
        </span>
        <span className="of">{text('rounds.issued', { issued: round.issued, quota: round.quota })}</span>
      </p>
      <Bar
        of={[
          ['redeemed', round.issued],
          ['free', round.quota - round.issued],
        ]}
      />
    </li>
  );
}
