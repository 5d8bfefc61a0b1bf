import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useText } from './i18n/text.ts';

/** A modal window of our own: the rest of the page is inert, Esc and the button close it. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly testId: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const text = useText();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Closed while it still stands in the page: only then does the focus go back to where it was.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // On the window itself, not on its first button: Enter means what the window says.
    dialog?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={props.wide === true ? 'dialog dialog-wide' : 'dialog'}
      tabIndex={-1}
      aria-labelledby={titleId}
      data-testid={props.testId}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header>
        <h2 id={titleId}>{props.title}</h2>
        <button type="button" className="key-safe quiet" data-testid="dialog-close" onClick={props.onClose}>
          <kbd>Esc</kbd> {text('close')}
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
