import type { z } from 'zod';
import type {
  Budgets,
  CampaignView,
  dayTotalsAnswerSchema,
} from '../../../src/contract/clearing/operator/campaigns.ts';
import { categoryName } from '../../../src/contract/messages/words.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import { yuanShort } from '../../shared/format.ts';
import { Bar } from '../bar.tsx';
import { OfCampaign } from '../campaign.tsx';
import { Card, Loaded, Money, Nothing } from '../parts.tsx';
import { type Loading, useLoad } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { useLanguage, useText } from '../text.ts';

type Totals = z.infer<typeof dayTotalsAnswerSchema>;

/** How the money is being spent: a picture first, the day's sums beside it. */
export function BudgetsPage() {
  return <OfCampaign>{(campaign) => <OneCampaign campaign={campaign} />}</OfCampaign>;
}

function OneCampaign({ campaign }: { readonly campaign: CampaignView }) {
  const text = useText();
  const budgets = useLoad<Budgets>(`/v1/operator/campaigns/${campaign.number}/budgets`);
  const day = businessDay(Date.now());
  const redeemed = useLoad<Totals>('/v1/operator/day-totals', { day, by: 'redemption' });
  const settled = useLoad<Totals>('/v1/operator/day-totals', { day, by: 'settlement' });
  return (
    <>
      <Loaded of={budgets}>
        {(spent) => (
          <>
            <div className="figures">
              <Today label={text('budgets.today')} of={redeemed} />
              <Today label={text('budgets.todaySettled')} of={settled} />
              <Figure label={text('budgets.unpaid')} fen={spent.unpaidFen} />
              {spent.lossReserve.amountFen > 0 && (
                <Figure label={text('budgets.lossReserve')} fen={spent.lossReserve.leftFen} />
              )}
            </div>
            <Categories of={spent.categories} />
            <Funds of={spent.funds} />
          </>
        )}
      </Loaded>
      <Card title={text('budgets.byStore')}>
        <Loaded of={redeemed}>{({ totals }) => <ByStore totals={totals} />}</Loaded>
      </Card>
    </>
  );
}

function Figure(props: { readonly label: string; readonly fen: number; readonly count?: number }) {
  return (
    <div className="figure">
      <span>{props.label}</span>
      <b>
        <Money fen={props.fen} />
      </b>
      {props.count !== undefined && <small>× {props.count}</small>}
    </div>
  );
}

function Today({ label, of }: { readonly label: string; readonly of: Loading<Totals> }) {
  const totals = of.data?.totals ?? [];
  return (
    <Figure
      label={label}
      fen={totals.reduce((sum, { amountFen }) => sum + amountFen, 0)}
      count={totals.filter(({ kind }) => kind === 'redemption').reduce((sum, { count }) => sum + count, 0)}
    />
  );
}

const PARTS = ['redeemed', 'reserved', 'returning', 'free'] as const;

function Categories({ of }: { readonly of: Budgets['categories'] }) {
  const text = useText();
  const language = useLanguage();
  return (
    <Card
      title={text('budgets.categories')}
      extra={
        <ul className="legend">
          {PARTS.map((part) => (
            <li key={part}>
              <i className={`part part-${part}`} />
              {text(`budgets.${part}`)}
            </li>
          ))}
        </ul>
      }
    >
      <ul className="bars" data-testid="categories">
        {of.map((one) => {
          const fens = {
            redeemed: one.redeemedFen,
            reserved: one.reservedFen,
            returning: one.returningFen,
            free: one.freeFen,
          };
          return (
            <li key={one.category} data-testid={`category-${one.category}`}>
              <b>{categoryName(language, one.category)}</b>
              <Bar of={PARTS.map((part) => [part, fens[part]] as const)} />
              <p>
                {PARTS.filter((part) => part !== 'returning' || fens.returning > 0).map((part) => (
                  <span key={part}>
                    {text(`budgets.${part}`)} <Money fen={fens[part]} />
                  </span>
                ))}
                <span className="of">
                  {text('budgets.budget')} ¥{yuanShort(one.budgetFen)}
                </span>
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Funds({ of }: { readonly of: Budgets['funds'] }) {
  const text = useText();
  const language = useLanguage();
  return (
    <Card title={text('budgets.funds')}>
      <ul className="bars bars-two" data-testid="funds">
        {of.map((fund) => (
          <li key={fund.id}>
            <b>{language === 'zh' ? fund.nameZh : fund.nameEn}</b>
            <Bar
              of={[
                ['redeemed', fund.paidFen],
                ['free', fund.amountFen - fund.paidFen],
              ]}
            />
            <p>
              <span>
                {text('budgets.paid', { percent: ((fund.paidFen / fund.amountFen) * 100).toFixed(1) })}{' '}
                <Money fen={fund.paidFen} />
              </span>
              <span className="of">{text('budgets.ofAmount', { amount: yuanShort(fund.amountFen) })}</span>
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ByStore({ totals }: Totals) {
  const text = useText();
  const nameOf = useStoreNames();
  const sums = new Map<string, { count: number; fen: number }>();
  for (const { storeId, kind, count, amountFen } of totals) {
    const sum = sums.get(storeId) ?? { count: 0, fen: 0 };
    sums.set(storeId, { count: sum.count + (kind === 'redemption' ? count : 0), fen: sum.fen + amountFen });
  }
  if (sums.size === 0) return <Nothing>{text('budgets.nothingToday')}</Nothing>;
  return (
    <table className="lines">
      <thead>
        <tr>
          <th scope="col">{text('store')}</th>
          <th scope="col">{text('count')}</th>
          <th scope="col">{text('budgets.net')}</th>
        </tr>
      </thead>
      <tbody>
        {[...sums].map(([id, { count, fen }]) => (
          <tr key={id}>
            <th scope="row">{nameOf(id)}</th>
            <td>{count}</td>
            <td>
              <Money fen={fen} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
