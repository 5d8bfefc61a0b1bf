import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { CoreLink } from '../../src/contract/terminal/bridge.ts';
import { useText } from './i18n/text.ts';
import { useKeyLayer } from './keyboard.ts';
import { playSound } from './sounds.ts';
import { useTerminal } from './store.ts';

type Away = Exclude<CoreLink, 'answers'>;

/**
 * Lies over every screen while the core doesn't answer: what it said last, a green verdict above all, may be the
 * customer's before. Gone with the core's next word.
 */
export function CoreCover() {
  const covered = useTerminal((view) => view.app !== null && !view.connected);
  const link = useTerminal((view) => view.link);
  const [why, setWhy] = useState<Away>('away');
  // An answer that is on its way changes no words.
  if (link !== 'answers' && link !== why) setWhy(link);
  return covered ? <Cover why={why} /> : null;
}

function Cover({ why }: { readonly why: Away }) {
  const text = useText();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [missed, setMissed] = useState(false);
  const miss = (): void => {
    setMissed(true);
    void playSound('refused');
  };
  // A window of the browser's own, over any other, which takes keys, touches and the focus from all that is below.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    dialog?.focus();
    return () => dialog?.close();
  }, []);
  // A restart after an accident is over before anybody has looked up.
  useEffect(() => {
    if (why !== 'away') void playSound('unknown');
  }, [why]);
  useKeyLayer({ onCharacters: miss, onErase: miss, onEnter: miss, onScan: miss, onBrokenScan: miss });
  return (
    <dialog
      ref={element}
      className="cover"
      tabIndex={-1}
      aria-labelledby={titleId}
      data-testid="core-away"
      data-why={why}
      onCancel={(event) => event.preventDefault()}
      onPointerDown={miss}
    >
      <div role="alert">
        <i className="spinner" aria-hidden="true" />
        <h1 id={titleId}>{text(`covered.${why}.title`)}</h1>
        <p className="cover-detail">{text(`covered.${why}.detail`)}</p>
        <p>{text('covered.last')}</p>
        <p className={missed ? 'cover-missed' : undefined} data-testid="core-away-keys" data-missed={missed}>
          {text(missed ? 'covered.missed' : 'covered.keys')}
        </p>
      </div>
    </dialog>
  );
}
