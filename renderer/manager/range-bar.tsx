import { Button } from 'antd';
import { useState } from 'react';
import { useText } from '../shared/i18n/text.ts';
import { isRange, namedRange, RANGES, type DayRange } from './days.ts';

/** Which days: a name for the usual ones, two dates for any. */
export function RangeBar(props: { readonly range: DayRange; readonly onRange: (range: DayRange) => void }) {
  const text = useText();
  const { range, onRange } = props;
  const [draft, setDraft] = useState<DayRange | null>(null);
  const shown = draft ?? range;
  const take = (next: DayRange): void => {
    if (isRange(next)) {
      setDraft(null);
      onRange(next);
    } else setDraft(next);
  };
  return (
    <div className="range" role="group" aria-label={text('manager.range.label')}>
      {RANGES.map((name) => {
        const its = namedRange(name, Date.now());
        const chosen = its.fromDay === range.fromDay && its.toDay === range.toDay;
        return (
          <Button
            key={name}
            type={chosen ? 'primary' : 'default'}
            aria-pressed={chosen}
            data-testid={`range-${name}`}
            onClick={() => take(its)}
          >
            {text(`manager.range.${name}`)}
          </Button>
        );
      })}
      <label>
        {text('manager.range.from')}
        <input
          type="date"
          required
          value={shown.fromDay}
          data-testid="range-from"
          onChange={(event) => take({ ...shown, fromDay: event.target.value })}
        />
      </label>
      <label>
        {text('manager.range.to')}
        <input
          type="date"
          required
          value={shown.toDay}
          data-testid="range-to"
          onChange={(event) => take({ ...shown, toDay: event.target.value })}
        />
      </label>
      {draft !== null && (
        <span className="mistake" role="alert">
          {text('manager.range.wrong')}
        </span>
      )}
    </div>
  );
}
