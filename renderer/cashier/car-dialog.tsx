import { useEffect, useRef, useState } from 'react';
import type { CarRules } from '../../src/contract/terminal/state.ts';
import { Dialog } from '../shared/dialog.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { yuan, yuanShort } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { NumberPad } from '../shared/number-pad.tsx';
import { askQuietly } from '../shared/store.ts';
import { useNow } from '../shared/use-now.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import {
  CAR_ROWS,
  checkRow,
  choose,
  chosenFirst,
  dayText,
  eraseIn,
  isAnswered,
  isNumberRow,
  rowRefusal,
  typeInto,
  vehicleForm,
  type CarPapers,
  type CarRow,
  type NumberRow,
  type RowCheck,
} from './car-papers.ts';

/** The papers of a new car, each answer checked as it is given. Decides nothing: the core does. */
export function CarDialog(props: {
  readonly papers: CarPapers;
  readonly rules: CarRules | null;
  readonly onChange: (papers: CarPapers) => void;
  readonly onClose: () => void;
}) {
  const { papers, rules, onChange, onClose } = props;
  const text = useText();
  const now = useNow(60_000);
  const [row, setRow] = useState<CarRow>('priceFen');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const form = vehicleForm(papers);
  const typed = (digits: string): void => onChange(typeInto(papers, row, digits));
  const erase = (): void => onChange(eraseIn(papers, row));
  const step = (by: number): void => {
    const at = Math.min(CAR_ROWS.length - 1, Math.max(0, CAR_ROWS.indexOf(row) + by));
    setRow(CAR_ROWS[at] ?? row);
  };
  const enter = (): void => {
    if (busy) return;
    const open = CAR_ROWS.find((each) => !isAnswered(papers, each));
    if (open !== undefined) setRow(open);
    if (form === null) return;
    setBusy(true);
    void askQuietly('checkout.setVehicle', { vehicle: form }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      if (answer.fault === null) onClose();
    });
  };
  useKeyLayer({
    onDigits: typed,
    onErase: erase,
    onEnter: enter,
    onEscape: onClose,
    onArrow: (direction) => {
      if (direction === 'up' || direction === 'down') step(direction === 'up' ? -1 : 1);
      else onChange(choose(papers, row, direction === 'left'));
    },
  });

  return (
    <Dialog title={text('counter.car.title')} onClose={onClose} testId="car" wide>
      <div className="car">
        <div className="car-rows">
          {CAR_ROWS.map((each) => (
            <Row
              key={each}
              row={each}
              papers={papers}
              current={each === row}
              check={checkRow(papers, each, rules, now)}
              onPick={() => setRow(each)}
              onWords={(words) => onChange({ ...papers, [each]: words.slice(0, 40) })}
              onNext={() => (each === CAR_ROWS.at(-1) ? enter() : step(1))}
              onChoose={(first) => {
                setRow(each);
                onChange(choose(papers, each, first));
              }}
            />
          ))}
          <p className="key-help">{text('counter.car.keys')}</p>
        </div>
        <NumberPad
          onDigits={typed}
          onErase={erase}
          onClear={() => onChange(clearIn(papers, row))}
          last="clear"
        />
      </div>
      <div className="dialog-foot">
        <FaultNote fault={fault} />
        <button
          type="button"
          className="key-safe primary"
          data-testid="car-submit"
          disabled={busy || form === null}
          onClick={enter}
        >
          <kbd>Enter</kbd>
          {text('counter.car.submit')}
        </button>
      </div>
    </Dialog>
  );
}

const clearIn = (papers: CarPapers, row: CarRow): CarPapers => {
  if (row === 'priceFen') return { ...papers, priceFen: 0 };
  return row === 'day' || isNumberRow(row) ? { ...papers, [row]: '' } : { ...papers, [row]: null };
};

function valueOf(text: Text, papers: CarPapers, row: CarRow): string {
  if (row === 'priceFen') return text('yuan', { amount: yuan(papers.priceFen) });
  if (row === 'seats') return papers.seats === null ? '—' : String(papers.seats);
  return papers.day === '' ? text('counter.car.dayPattern') : dayText(papers.day);
}

function Row(props: {
  readonly row: CarRow;
  readonly papers: CarPapers;
  readonly current: boolean;
  readonly check: RowCheck;
  readonly onPick: () => void;
  readonly onWords: (words: string) => void;
  readonly onNext: () => void;
  readonly onChoose: (first: boolean) => void;
}) {
  const { row, papers, current, check } = props;
  const text = useText();
  const language = useLanguage();
  const first = chosenFirst(papers, row);
  const word =
    check.type === 'refused'
      ? rowRefusal(language, check)
      : check.type === 'good' && check.fittingFaceValueFen !== null
        ? text('counter.car.fits', { faceYuan: yuanShort(check.fittingFaceValueFen) })
        : text(check.type === 'good' ? 'counter.car.good' : `counter.car.ask.${row}`);
  return (
    <div
      className={`car-row${current ? ' car-current' : ''}`}
      data-testid={`car-${row}`}
      data-check={check.type}
      role="group"
      aria-label={text(`counter.car.field.${row}`)}
    >
      <b>{text(`counter.car.field.${row}`)}</b>
      {isNumberRow(row) ? (
        <NumberField {...props} row={row} />
      ) : row === 'priceFen' || row === 'seats' || row === 'day' ? (
        <button
          type="button"
          className="key-safe car-value"
          aria-pressed={current}
          data-testid={`car-${row}-value`}
          onClick={props.onPick}
        >
          {valueOf(text, papers, row)}
        </button>
      ) : (
        <div className="chips">
          {([true, false] as const).map((each) => (
            <button
              key={String(each)}
              type="button"
              className="key-safe chip"
              data-testid={`car-${row}-${each ? 'first' : 'second'}`}
              aria-pressed={first === each}
              onClick={() => props.onChoose(each)}
            >
              <kbd>{each ? 1 : 2}</kbd>
              {text(`counter.car.${each ? 'first' : 'second'}.${row}`)}
            </button>
          ))}
        </div>
      )}
      <span role="status">{word}</span>
    </div>
  );
}

/** A number with letters in it: typed or pasted into a field, or its digits by the pad. */
function NumberField(props: {
  readonly row: NumberRow;
  readonly papers: CarPapers;
  readonly current: boolean;
  readonly onPick: () => void;
  readonly onWords: (words: string) => void;
  readonly onNext: () => void;
}) {
  const { row, current } = props;
  const text = useText();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (current) field.current?.focus();
    else field.current?.blur();
  }, [current]);
  return (
    <input
      ref={field}
      className="car-value"
      data-testid={`car-${row}-value`}
      aria-label={text(`counter.car.field.${row}`)}
      autoComplete="off"
      spellCheck={false}
      value={props.papers[row]}
      onFocus={props.onPick}
      onChange={(event) => props.onWords(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        props.onNext();
      }}
    />
  );
}
