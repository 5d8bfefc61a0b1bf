import { createWedge, WEDGE_MAX_STALL_MS, type WedgeKey } from '../../src/contract/terminal/wedge.ts';

/** A text field as far as a scan needs it: an input or a textarea. */
export type TextField = HTMLInputElement | HTMLTextAreaElement;

export interface FieldScan {
  /** True: keep the key from the page. */
  keydown(event: KeyboardEvent, field: TextField, onScan: (text: string) => void): boolean;
  /** Gives back to the field what was held and is no scan. */
  release(): void;
}

/**
 * A scanner that types while a text field has the focus. Its keys are held back from the fourth on; if they end
 * as a code, the field gets back what it was before; if not, a fast typist was at work and the field gets them.
 */
export function createFieldScan(): FieldScan {
  const wedge = createWedge();
  let held = '';
  let into: TextField | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const forget = (): void => {
    held = '';
    into = null;
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const release = (): void => {
    if (into !== null && held !== '') replace(into, 0, held);
    forget();
  };

  return {
    release,
    keydown: (event, field, onScan) => {
      const answer = wedge.keydown(keyOf(event));
      switch (answer.type) {
        case 'pass':
          // Shift and the like belong to the burst; any other key is a person's.
          if (event.key !== 'Shift' && event.key !== 'CapsLock') release();
          return false;
        case 'swallow':
          if (into !== null && into !== field) release();
          into = field;
          if (event.key.length === 1) held += event.key;
          if (timer !== null) clearTimeout(timer);
          timer = setTimeout(release, WEDGE_MAX_STALL_MS + 10);
          return true;
        case 'scan':
          forget();
          replace(field, answer.leaked, '');
          onScan(answer.text);
          return true;
        case 'broken':
          forget();
          replace(field, answer.leaked, '');
          return true;
      }
    },
  };
}

function keyOf({
  code,
  key,
  timeStamp,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
  repeat,
}: KeyboardEvent): WedgeKey {
  return { code, key, timeStamp, shiftKey, ctrlKey, altKey, metaKey, repeat };
}

/** Takes so many characters before the caret away and puts others there, as if they had been typed. */
function replace(field: TextField, takeAway: number, text: string): void {
  const end = field.selectionEnd ?? field.value.length;
  const start = Math.max(0, (field.selectionStart ?? end) - takeAway);
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
