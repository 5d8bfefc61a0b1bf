import { useState } from 'react';
import { Views } from '../parts.tsx';
import { useText } from '../text.ts';
import { Days } from './settlement-days.tsx';
import { Payouts } from './payouts.tsx';
import { Reconciliations } from './reconciliations.tsx';

/** Days that are closed, what is paid for them, and where somebody else's figures differ. */
export function SettlementPage() {
  const text = useText();
  const [view, setView] = useState<'days' | 'payouts' | 'reconciliations'>('days');
  return (
    <>
      <Views
        label={text('page.settlement')}
        testId="view"
        value={view}
        options={[
          ['days', text('settlement.days')],
          ['payouts', text('settlement.payouts')],
          ['reconciliations', text('settlement.reconciliations')],
        ]}
        onChange={setView}
      />
      {view === 'days' && <Days />}
      {view === 'payouts' && <Payouts />}
      {view === 'reconciliations' && <Reconciliations />}
    </>
  );
}
