import { useEffect, useState } from 'react';
import type { ScanTest } from '../../../src/contract/terminal/calls-devices.ts';
import { listen } from '../../shared/bridge.ts';
import { useText, type Text } from '../../shared/i18n/text.ts';
import { Line } from '../state-page.tsx';
import { TEST_CODE, TestCode } from './test-code.tsx';

/** The newest bursts are enough to compare; older ones would only hide them. */
const MAX_SHOWN = 5;

type Verdict = 'matches' | 'caseDiffers' | 'differs' | 'broken';

function verdictOf(read: string | null): Verdict {
  if (read === null) return 'broken';
  if (read === TEST_CODE) return 'matches';
  return read.toLowerCase() === TEST_CODE.toLowerCase() ? 'caseDiffers' : 'differs';
}

/** What a scanner in keyboard mode typed last; null: a code that came in incomplete. */
export interface TypedScan {
  readonly text: string | null;
  /** The how manieth since the screen was opened, so that the same code twice is seen as two. */
  readonly count: number;
}

/** "Scan this code": what arrived, byte for byte, and what it says about the scanner's settings. */
export function ScanTestCard({ typed }: { readonly typed: TypedScan | null }) {
  const text = useText();
  const [bursts, setBursts] = useState<readonly (ScanTest & { readonly key: number })[]>([]);
  useEffect(() => {
    let key = 0;
    return listen('scanTest', (burst) => {
      key += 1;
      const next = { ...burst, key };
      setBursts((before) => [next, ...before].slice(0, MAX_SHOWN));
    });
  }, []);
  return (
    <section className="card">
      <h2>{text('support.devices.test')}</h2>
      <div className="scan-test">
        <div>
          <p>{text('support.devices.scanTest')}</p>
          <TestCode />
          <p className="path">{TEST_CODE}</p>
        </div>
        <div
          role="status"
          data-testid="scan-test"
          data-length={typed?.text?.length ?? 0}
          data-bursts={bursts.length}
        >
          {typed === null && bursts.length === 0 && <p>{text('support.devices.waiting')}</p>}
          {typed !== null && (
            <div className="burst" data-testid="typed-test" data-verdict={verdictOf(typed.text)}>
              <b>
                {text('support.devices.gotKeyboard', { number: typed.count, count: typed.text?.length ?? 0 })}
              </b>
              <VerdictLine verdict={verdictOf(typed.text)} />
              <code className="hex" data-testid="typed-text" data-count={typed.count}>
                {typed.text}
              </code>
              <p>{text('support.devices.modeHint')}</p>
            </div>
          )}
          {bursts.map((burst) => (
            <Burst key={burst.key} burst={burst} />
          ))}
        </div>
      </div>
    </section>
  );
}

function VerdictLine({ verdict }: { readonly verdict: Verdict }) {
  const text = useText();
  return (
    <p className={verdict === 'matches' ? 'good' : 'mistake'}>{text(`support.devices.verdict.${verdict}`)}</p>
  );
}

function Burst({ burst }: { readonly burst: ScanTest }) {
  const text = useText();
  const { outcome, gaps } = burst;
  const verdict = verdictOf(burst.text);
  return (
    <div className="burst" data-testid="burst" data-outcome={outcome} data-verdict={verdict}>
      <b>{burst.name}</b>
      {outcome === 'read' ? (
        <VerdictLine verdict={verdict} />
      ) : (
        <p className="mistake">{text(`support.devices.outcome.${outcome}`)}</p>
      )}
      <dl className="definition">
        <Line name={text('support.devices.bytes', { count: burst.byteCount })}>
          <code className="hex" data-testid="burst-hex">
            {burst.hex}
          </code>
        </Line>
        <Line name={text('support.devices.detected')}>
          <span data-testid="burst-detected">{detectedText(text, burst)}</span>
        </Line>
        <Line name={text('support.devices.times')}>
          {text('support.devices.timesText', {
            total: burst.durationMs,
            max: gaps?.maxMs ?? 0,
            mean: gaps?.meanMs ?? 0,
          })}
        </Line>
      </dl>
    </div>
  );
}

/** "9600 · CR LF · ]Q1", as far as it is known. */
function detectedText(text: Text, { detected, aim }: ScanTest): string {
  if (detected === null) return '—';
  const parts = [
    detected.baudRate === null ? null : String(detected.baudRate),
    detected.suffix === null ? null : text(`support.devices.suffix.${detected.suffix}`),
    detected.layout === null ? null : text(`support.devices.layout.${detected.layout}`),
    aim,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
