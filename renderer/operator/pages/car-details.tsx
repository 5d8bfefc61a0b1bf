import { Button } from 'antd';
import { useState } from 'react';
import type {
  CarClaimView,
  CarFinding,
  CarPapers,
  CarReviewer,
} from '../../../src/contract/clearing/car-papers.ts';
import { explainRefusal, refusalTitle } from '../../../src/contract/messages/refusals.ts';
import { readRefusal } from '../../../src/contract/terminal/refusal.ts';
import { Ask, Card, Facts, Loaded, Money, NotForYou, When, Who } from '../parts.tsx';
import { useLoad, useRoles, useSession } from '../session.ts';
import { type Stage, Stages } from '../stages.tsx';
import { type Language, type Text, useLanguage, useText } from '../text.ts';
import { CarPapersTable } from './car-papers-table.tsx';

/** One claim: its way through both reviews, what is wrong with it, its papers, and the review that is due. */
export function CarDetails(props: { readonly id: string; readonly onChanged: () => void }) {
  const text = useText();
  const language = useLanguage();
  const claim = useLoad<CarClaimView>(`/v1/operator/car-claims/${props.id}`);
  return (
    <Loaded of={claim}>
      {(view) => (
        <>
          <Card title={view.id}>
            <Stages label={text('status')} of={stagesOf(view, text)} />
            <Facts
              of={[
                [text('cars.price'), <Money fen={view.priceFen} />],
                [
                  text('cars.face'),
                  view.faceValueFen === null ? text('cars.noBand') : <Money fen={view.faceValueFen} />,
                ],
                [text('cars.handedIn'), <When at={view.createdAtMs} />],
                ...(view.serial === null ? [] : [[text('cars.serial'), String(view.serial)] as const]),
              ]}
            />
            {view.findings.length > 0 && (
              <div className="findings" data-testid="findings">
                <h3>{text('cars.findings')}</h3>
                <ul>
                  {view.findings.map((finding) => (
                    <li key={finding.code}>{findingText(text, language, finding)}</li>
                  ))}
                </ul>
              </div>
            )}
            {[view.unionpay, view.bureau].map(
              (review) =>
                review !== null &&
                review.reason !== '' && (
                  <p key={review.atMs}>
                    <Who id={review.by} />: {review.reason}
                  </p>
                ),
            )}
            <Review
              claim={view}
              onChanged={() => {
                claim.again();
                props.onChanged();
              }}
            />
          </Card>
          <Papers id={view.id} />
        </>
      )}
    </Loaded>
  );
}

/** Findings are the counter's refusals, and three of their own: the same paper, car or buyer twice. */
function findingText(text: Text, language: Language, { code, params }: CarFinding): string {
  switch (code) {
    case 'duplicate-invoice':
    case 'duplicate-vin':
    case 'duplicate-buyer':
      return text(`cars.${code}`);
    default: {
      const refusal = readRefusal(code, params);
      return refusal === null ? refusalTitle(language, code) : explainRefusal(language, refusal).headline;
    }
  }
}

function stagesOf(claim: CarClaimView, text: Text): readonly Stage[] {
  const { unionpay, bureau, status } = claim;
  const stageOf = (name: string, review: CarClaimView['unionpay'], isDue: boolean): Stage =>
    review === null
      ? { name, state: isDue ? 'now' : 'later', detail: text('nobody') }
      : {
          name,
          state: review.pass ? 'done' : 'failed',
          detail: (
            <>
              <Who id={review.by} /> {text(review.pass ? 'cars.passed' : 'cars.notPassed')}
            </>
          ),
        };
  const isRefusedAtOnce = status === 'refused' && unionpay === null;
  return [
    { name: text('cars.handedIn'), state: isRefusedAtOnce ? 'failed' : 'done', detail: '' },
    stageOf(text('cars.unionpayReview'), unionpay, status === 'submitted'),
    stageOf(text('cars.bureauReview'), bureau, status === 'first-passed'),
    { name: text('cars.voucher'), state: status === 'issued' ? 'done' : 'later', detail: '' },
  ];
}

function Review({ claim, onChanged }: { readonly claim: CarClaimView; readonly onChanged: () => void }) {
  const text = useText();
  const may = useRoles();
  const { api, me } = useSession();
  const [isPassing, setPassing] = useState<boolean | null>(null);
  if (claim.status !== 'submitted' && claim.status !== 'first-passed') return null;
  const reviewer: CarReviewer = claim.status === 'submitted' ? 'unionpay' : 'bureau';
  if (!may(reviewer)) return <NotForYou>{text('noRole', { roles: text(`role.${reviewer}`) })}</NotForYou>;
  if (claim.unionpay?.by === me.id) return <NotForYou>{text('otherPerson')}</NotForYou>;
  return (
    <div className="actions">
      <Button type="primary" data-testid="car-pass" onClick={() => setPassing(true)}>
        {text('cars.pass')}
      </Button>
      <Button danger data-testid="car-refuse" onClick={() => setPassing(false)}>
        {text('cars.refuse')}
      </Button>
      {isPassing !== null && (
        <Ask
          title={text(isPassing ? 'cars.pass' : 'cars.refuse')}
          explain={text(
            !isPassing
              ? 'cars.refuseExplain'
              : reviewer === 'unionpay'
                ? 'cars.passUnionpay'
                : 'cars.passBureau',
          )}
          ok={text(isPassing ? 'cars.pass' : 'cars.refuse')}
          danger={!isPassing}
          reason={text(isPassing ? 'cars.noteOptional' : 'reason')}
          optional={isPassing}
          onClose={() => setPassing(null)}
          onOk={async (reason) => {
            const path = `/v1/operator/car-claims/${claim.id}/reviews/${reviewer}`;
            await api.post(path, { pass: isPassing, reason });
            onChanged();
          }}
        />
      )}
    </div>
  );
}

/** Asked for only when somebody wants to see them: each reading goes into the audit. */
function Papers({ id }: { readonly id: string }) {
  const text = useText();
  const may = useRoles();
  const [isShown, setShown] = useState(false);
  const papers = useLoad<CarPapers>(isShown ? `/v1/operator/car-claims/${id}/papers` : null);
  return (
    <Card title={text('cars.papers')}>
      {!may('unionpay', 'bureau') ? (
        <NotForYou>{text('cars.noPapers')}</NotForYou>
      ) : isShown ? (
        <Loaded of={papers}>{(shown) => <CarPapersTable papers={shown} />}</Loaded>
      ) : (
        <div className="actions">
          <Button data-testid="show-papers" onClick={() => setShown(true)}>
            {text('cars.showPapers')}
          </Button>
          <small>{text('cars.papersHint')}</small>
        </div>
      )}
    </Card>
  );
}
