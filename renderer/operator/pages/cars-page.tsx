import { useState } from 'react';
import type { CarClaimView } from '../../../src/contract/clearing/car-papers.ts';
import { Loaded, Money, Nothing, NotForYou, State, Views, When } from '../parts.tsx';
import { useLoad, useRoles } from '../session.ts';
import { useText } from '../text.ts';
import { CarDetails } from './car-details.tsx';
import { OfCampaign } from '../campaign.tsx';

type Status = CarClaimView['status'];
const STATUSES = ['submitted', 'first-passed', 'issued', 'refused'] as const satisfies readonly Status[];

/** Claims for car vouchers by how far they are; the chosen one with its papers and reviews. */
export function CarsPage() {
  const text = useText();
  const may = useRoles();
  if (!may('unionpay', 'bureau', 'auditor')) return <NotForYou>{text('cars.noRead')}</NotForYou>;
  return <OfCampaign>{({ number }) => <Claims key={number} campaignNumber={number} />}</OfCampaign>;
}

function Claims({ campaignNumber }: { readonly campaignNumber: number }) {
  const text = useText();
  const may = useRoles();
  const [status, setStatus] = useState<Status>(
    may('bureau') && !may('unionpay') ? 'first-passed' : 'submitted',
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [after, setAfter] = useState<string | undefined>();
  const claims = useLoad<{ readonly claims: readonly CarClaimView[]; readonly next: string | null }>(
    '/v1/operator/car-claims',
    { campaignNumber, status, after },
  );
  return (
    <>
      <Views
        label={text('cars.filter')}
        testId="cars"
        value={status}
        options={STATUSES.map((one) => [one, text(`cars.${one}`)] as const)}
        onChange={(one) => {
          setStatus(one);
          setAfter(undefined);
          setChosen(null);
        }}
      />
      <div className="two">
        <Loaded of={claims}>
          {({ claims: listed, next }) => (
            <>
              {listed.length === 0 && <Nothing>{text('cars.none')}</Nothing>}
              <ul className="picks list-side">
                {listed.map((claim) => (
                  <li key={claim.id}>
                    <button
                      type="button"
                      data-testid={`claim-${claim.id}`}
                      aria-pressed={claim.id === chosen}
                      onClick={() => setChosen(claim.id)}
                    >
                      <b>
                        <Money fen={claim.priceFen} />
                      </b>
                      <State tone={claim.kind === null ? 'bad' : 'plain'}>
                        {claim.kind === null || claim.faceValueFen === null ? (
                          text('cars.noBand')
                        ) : (
                          <Money fen={claim.faceValueFen} />
                        )}
                      </State>
                      <small>
                        {claim.id} · <When at={claim.createdAtMs} />
                      </small>
                    </button>
                  </li>
                ))}
              </ul>
              {next !== null && (
                <button type="button" onClick={() => setAfter(next)}>
                  {text('nextPage')}
                </button>
              )}
            </>
          )}
        </Loaded>
        <div>
          {chosen === null ? (
            <Nothing>{text('cars.choose')}</Nothing>
          ) : (
            <CarDetails key={chosen} id={chosen} onChanged={claims.again} />
          )}
        </div>
      </div>
    </>
  );
}
