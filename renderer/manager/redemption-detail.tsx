import { Button } from 'antd';
import { useState } from 'react';
import type { RedemptionView } from '../../src/contract/terminal/state.ts';
import { stands } from '../../src/domain/correction/redeemed.ts';
import { leftFen } from '../../src/domain/correction/returns.ts';
import { MONEY_KINDS } from '../../src/domain/entry-kinds.ts';
import { clockTimeSeconds, day, yuan } from '../shared/format.ts';
import { useLanguage, useText } from '../shared/i18n/text.ts';
import { kindName } from '../shared/kind-name.ts';
import { settlementReason } from '../shared/settlement-reason.ts';
import { Answered } from './parts.tsx';
import { ReturnDialog } from './return-dialog.tsx';
import { useAnswer } from '../shared/use-answer.ts';

/** Something is left of the purchase, and clearing didn't refuse the redemption. The core decides. */
export const mayReturn = ({ state, amountFen, returnedFen }: RedemptionView): boolean =>
  stands(state) && leftFen({ amountFen, returnedFen }) > 0;

/** One redemption and the journal entries that made it: what an auditor would be shown. */
export function RedemptionDetailPanel(props: {
  readonly redemption: Pick<RedemptionView, 'epoch' | 'seq'>;
  readonly onBack: () => void;
}) {
  const text = useText();
  const language = useLanguage();
  const { epoch, seq } = props.redemption;
  const detail = useAnswer('manager.redemption', { epoch, seq });
  const [returning, setReturning] = useState<RedemptionView | null>(null);
  const kindOf = (kind: string): string =>
    text(`manager.kinds.${MONEY_KINDS.find((each) => each === kind) ?? 'other'}`);
  return (
    <section className="detail" data-testid="redemption-detail">
      <Button data-testid="detail-back" onClick={props.onBack}>
        {text('back')}
      </Button>
      {returning !== null && (
        <ReturnDialog redemption={returning} onDone={detail.again} onClose={() => setReturning(null)} />
      )}
      <Answered {...detail}>
        {({ redemption, entries, settlementDay, borneBy }) => (
          <>
            <h3>
              {kindName(text, redemption)}{' '}
              <i className={`state state-${redemption.state}`}>{text(`cashier.state.${redemption.state}`)}</i>
            </h3>
            <dl className="facts">
              <Fact
                name={text('manager.detail.at')}
                value={`${day(redemption.atMs, language)} ${clockTimeSeconds(redemption.atMs)}`}
              />
              <Fact name={text('manager.columns.amount')} value={yuan(redemption.amountFen)} />
              <Fact name={text('manager.columns.discount')} value={yuan(redemption.discountFen)} />
              <Fact name={text('manager.columns.payable')} value={yuan(redemption.payableFen)} />
              <Fact name={text('manager.columns.cashier')} value={redemption.cashierName} />
              <Fact name={text('manager.columns.receipt')} value={redemption.receiptNumber} />
              <Fact name={text('manager.detail.serial')} value={redemption.serial} />
              {redemption.returnedFen > 0 && (
                <Fact name={text('manager.detail.returned')} value={yuan(redemption.returnedFen)} />
              )}
              {redemption.backToFundFen > 0 && (
                <Fact name={text('manager.detail.backToFund')} value={yuan(redemption.backToFundFen)} />
              )}
              {redemption.reason !== null && (
                <Fact
                  name={text('manager.detail.reason')}
                  value={settlementReason(text, language, redemption) ?? ''}
                />
              )}
              {settlementDay !== null && (
                <Fact name={text('manager.detail.settlementDay')} value={settlementDay} />
              )}
              {borneBy !== null && (
                <Fact name={text('manager.detail.borneBy')} value={text(`manager.detail.${borneBy}`)} />
              )}
            </dl>
            {mayReturn(redemption) && (
              <Button danger data-testid="return-open" onClick={() => setReturning(redemption)}>
                {text('manager.returns.open')}
              </Button>
            )}
            <h4>{text('manager.detail.entries')}</h4>
            {entries.map((entry, at) => (
              <article key={`${entry.epoch}:${entry.seq}`} className="entry-card">
                <b>
                  {kindOf(entry.kind)} ·{' '}
                  {text('manager.detail.entry', { epoch: entry.epoch, seq: entry.seq })}
                </b>
                <p>
                  {text('manager.detail.hash')} <code>{entry.hash}</code>
                </p>
                <details>
                  <summary data-testid={`entry-${String(at)}`}>{text('manager.detail.body')}</summary>
                  <pre tabIndex={0} data-testid={`entry-body-${String(at)}`}>
                    {pretty(entry.body)}
                  </pre>
                </details>
              </article>
            ))}
          </>
        )}
      </Answered>
    </section>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
