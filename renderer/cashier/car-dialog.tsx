import { useState } from 'react';
import type { CarRules, Language } from '../../src/contract/terminal/state.ts';
import { VIN_LETTERS } from '../../src/domain/paper-numbers.ts';
import { Dialog } from '../shared/dialog.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { yuan, yuanShort } from '../shared/format.ts';
import { useLanguage, useText, type Text } from '../shared/i18n/text.ts';
import { useKeyLayer } from '../shared/keyboard.ts';
import { NumberPad } from '../shared/number-pad.tsx';
import { useScansAside } from '../shared/scans-aside.ts';
import { ask, askQuietly } from '../shared/store.ts';
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
  isTextRow,
  isTypedRow,
  numberText,
  rowRefusal,
  scanInto,
  typeInto,
  vehicleForm,
  type CarPapers,
  type CarRow,
  type RowCheck,
} from './car-papers.ts';

/** No number on the papers is as long as any voucher code. */
const LONGEST_PAPER_SCAN = 200;
const isPaperScan = (text: string): boolean => text.length < LONGEST_PAPER_SCAN;
type Note = 'vinLetters' | 'notThisNumber' | 'chooseRow';

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
  const [note, setNote] = useState<Note | null>(null);
  const go = (next: CarRow): void => {
    setNote(null);
    setRow(next);
  };
  const typed = (characters: string): void => {
    setNote(row === 'vin' && /[IOQ]/i.test(characters) ? 'vinLetters' : null);
    onChange(typeInto(papers, row, characters));
  };
  const erase = (): void => onChange(eraseIn(papers, row));
  const step = (by: number): void => {
    const at = Math.min(CAR_ROWS.length - 1, Math.max(0, CAR_ROWS.indexOf(row) + by));
    go(CAR_ROWS[at] ?? row);
  };
  const scanned = (text: string): void => {
    if (!isPaperScan(text)) {
      void ask('checkout.scan', { text, source: 'wedge' });
      return;
    }
    if (!isTextRow(row)) {
      setNote('chooseRow');
      return;
    }
    const filled = scanInto(papers, row, text);
    if (filled === null) {
      setNote('notThisNumber');
      return;
    }
    onChange(filled);
    step(1);
  };
  // A scanner that doesn't type reads into the form as well.
  useScansAside(true, scanned);
  /** Enter goes on to what is open below, then to what was left out, then takes the form. */
  const enter = (): void => {
    const below = CAR_ROWS.find((each, at) => at > CAR_ROWS.indexOf(row) && !isAnswered(papers, each));
    if (below !== undefined) go(below);
    else submit();
  };
  const submit = (): void => {
    if (busy) return;
    if (form === null) {
      const open = CAR_ROWS.find((each) => !isAnswered(papers, each));
      if (open !== undefined) go(open);
      return;
    }
    setBusy(true);
    void askQuietly('checkout.setVehicle', { vehicle: form }).then((answer) => {
      setBusy(false);
      setFault(answer.fault);
      if (answer.fault === null) onClose();
    });
  };
  useKeyLayer({
    onCharacters: typed,
    onScan: scanned,
    onBrokenScan: () => setNote('notThisNumber'),
    onErase: erase,
    onEnter: enter,
    onEscape: onClose,
    onArrow: (direction) => {
      if (direction === 'up' || direction === 'down') step(direction === 'up' ? -1 : 1);
      else onChange(choose(papers, row, direction === 'left'));
    },
  });

  const checks = CAR_ROWS.map((each) => ({ row: each, check: checkRow(papers, each, rules, now) }));
  const refused = checks.filter(({ check }) => check.type === 'refused').length;
  return (
    <Dialog title={text('counter.car.title')} onClose={onClose} testId="car" wide>
      <div className="car">
        <div className="car-rows">
          {checks.map(({ row: each, check }) => (
            <Row
              key={each}
              row={each}
              papers={papers}
              current={each === row}
              check={check}
              note={each === row ? note : null}
              onPick={() => go(each)}
              onChoose={(first) => {
                go(each);
                onChange(choose(papers, each, first));
              }}
            />
          ))}
          <p className="key-help">{text('counter.car.keys')}</p>
          {/* Only told early, as the rows are: the core decides when the code is scanned. */}
          <p className="car-verdict" role="status" data-testid="car-verdict">
            {refused > 0 && text('counter.car.refused', { count: refused })}
          </p>
        </div>
        <div className="car-hand">
          <NumberPad
            onDigits={typed}
            onErase={erase}
            onClear={() => onChange(clearIn(papers, row))}
            last="clear"
          />
          <Letters row={row} onLetter={typed} />
        </div>
      </div>
      <div className="dialog-foot">
        <FaultNote fault={fault} />
        <button
          type="button"
          className={`key-safe ${refused > 0 ? 'quiet' : 'primary'}`}
          data-testid="car-submit"
          disabled={busy || form === null}
          onClick={submit}
        >
          <kbd>Enter</kbd>
          {text(refused > 0 ? 'counter.car.submitRefused' : 'counter.car.submit')}
        </button>
      </div>
    </Dialog>
  );
}

const clearIn = (papers: CarPapers, row: CarRow): CarPapers => {
  if (row === 'priceFen') return { ...papers, priceFen: 0 };
  return row === 'day' || isTextRow(row) ? { ...papers, [row]: '' } : { ...papers, [row]: null };
};

/** Letters for the finger: those that a VIN may have, and the X that an identity number may end with. */
function Letters(props: { readonly row: CarRow; readonly onLetter: (letter: string) => void }) {
  const { row, onLetter } = props;
  const text = useText();
  if (row !== 'vin' && row !== 'buyerNumber') return null;
  return (
    <div className="car-letters" role="group" aria-label={text('counter.car.letters')}>
      {Array.from(row === 'vin' ? VIN_LETTERS : 'X', (letter) => (
        <button
          key={letter}
          type="button"
          tabIndex={-1}
          className="key-safe pad-key"
          data-testid={`car-letter-${letter}`}
          onClick={() => onLetter(letter)}
        >
          {letter}
        </button>
      ))}
    </div>
  );
}

function valueOf(text: Text, papers: CarPapers, row: CarRow): string {
  if (row === 'priceFen') return text('yuan', { amount: yuan(papers.priceFen) });
  if (isTextRow(row)) return papers[row] === '' ? '—' : numberText(row, papers[row]);
  if (row === 'seats') return papers.seats === null ? '—' : String(papers.seats);
  return papers.day === '' ? text('counter.car.dayPattern') : dayText(papers.day);
}

function wordOf(text: Text, language: Language, row: CarRow, check: RowCheck): string {
  switch (check.type) {
    case 'refused':
      return rowRefusal(language, check);
    case 'doubt':
      return text(`counter.car.doubt.${check.doubt}`);
    case 'begun':
      return text('counter.car.begun', { count: check.missing });
    case 'good':
      return check.fittingFaceValueFen === null
        ? text('counter.car.good')
        : text('counter.car.fits', { faceYuan: yuanShort(check.fittingFaceValueFen) });
    case 'open':
      return text(`counter.car.ask.${row}`);
  }
}

function Row(props: {
  readonly row: CarRow;
  readonly papers: CarPapers;
  readonly current: boolean;
  readonly check: RowCheck;
  readonly note: Note | null;
  readonly onPick: () => void;
  readonly onChoose: (first: boolean) => void;
}) {
  const { row, papers, current, check } = props;
  const text = useText();
  const language = useLanguage();
  const first = chosenFirst(papers, row);
  const word =
    props.note === null ? wordOf(text, language, row, check) : text(`counter.car.note.${props.note}`);
  return (
    <div
      className={`car-row${current ? ' car-current' : ''}`}
      data-testid={`car-${row}`}
      data-check={props.note === null ? check.type : 'doubt'}
      role="group"
      aria-label={text(`counter.car.field.${row}`)}
    >
      <b>{text(`counter.car.field.${row}`)}</b>
      {isTypedRow(row) ? (
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
