import { useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import {
  createWedge,
  WEDGE_MAX_GAP_MS,
  WEDGE_MAX_STALL_MS,
  WEDGE_MIN_LENGTH,
  WEDGE_REST_WITHIN_MS,
} from '../../src/contract/terminal/wedge.ts';
import { createFieldScan, type TextField } from './field-scan.ts';

export type FunctionKey = 'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F7' | 'F8' | 'F9' | 'F10';

/** What a screen or dialog does with keys, wherever the focus is. The newest layer gets them all. */
export interface KeyLayer {
  /** Only function keys are taken; everything else is the page's own, as with forms and tables. */
  readonly native?: true;
  /** One digit, or several that came close together. */
  readonly onDigits?: (digits: string) => void;
  /** All characters, letters among them, instead of digits alone. */
  readonly onCharacters?: (characters: string) => void;
  readonly onPoint?: () => void;
  readonly onErase?: () => void;
  readonly onEnter?: () => void;
  readonly onEscape?: () => void;
  readonly onArrow?: (direction: 'up' | 'down' | 'left' | 'right') => void;
  readonly onPage?: (direction: 'up' | 'down') => void;
  readonly onFunction?: (key: FunctionKey) => void;
  readonly onScan?: (text: string) => void;
  readonly onBrokenScan?: () => void;
}

const layers: { current: KeyLayer }[] = [];
const wedge = createWedge();
const fieldScan = createFieldScan();

/** Why a scan was not used. */
export type ScanIgnored = 'window' | 'nobody' | 'busy' | 'stalled';
let onIgnoredScan: (why: ScanIgnored) => void = () => undefined;

/** Says what to do about a scan that nobody takes. */
export function setIgnoredScanListener(listener: (why: ScanIgnored) => void): void {
  onIgnoredScan = listener;
}

/** A scan came while a window that takes none was open. */
export function ignoreScan(): void {
  onIgnoredScan('window');
}

/** Characters are held back until it is known whose they are: a scan never lands in the amount. */
let held = '';
let timer: ReturnType<typeof setTimeout> | null = null;

function forget(): void {
  held = '';
  if (timer !== null) clearTimeout(timer);
  timer = null;
}

/** No code ended in what was held: a person's keys, or a scan that broke off. */
function release(): void {
  const characters = held;
  forget();
  const layer = layers.at(-1)?.current;
  if (characters.length >= WEDGE_MIN_LENGTH) {
    layer?.onBrokenScan?.();
    return;
  }
  if (layer?.onCharacters !== undefined) {
    if (characters !== '') layer.onCharacters(characters);
    return;
  }
  const digits = characters.replaceAll(/\D/g, '');
  if (digits !== '') layer?.onDigits?.(digits);
  if (/[.。]/.test(characters)) layer?.onPoint?.();
}

/**
 * One key is most likely a person's; several that close together a code's, which may stall. Of a whole code the
 * end may be under way still, whatever the clock says: keys reach a busy page late.
 */
const holdMs = (): number => {
  if (held.length === 1) return WEDGE_MAX_GAP_MS;
  return held.length < WEDGE_MIN_LENGTH ? WEDGE_MAX_STALL_MS : WEDGE_REST_WITHIN_MS;
};
function hold(character: string): void {
  held += character;
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(release, holdMs() + 10);
}

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');

/** A field that a scan may be taken out of; a select or an editable element is none. */
const isTakingText = (target: EventTarget | null): target is TextField =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/** Reached with Tab: then Enter and Space belong to the control itself. */
const isChosenControl = (): boolean =>
  document.activeElement?.matches('button:focus-visible, a:focus-visible, [role]:focus-visible') ?? false;

const ARROWS: Readonly<Record<string, 'up' | 'down' | 'left' | 'right'>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

function onKey(event: KeyboardEvent): void {
  const layer = layers.at(-1)?.current;
  if (layer === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = isTextField(event.target);

  if (/^F([1-9]|10)$/.test(event.key)) {
    event.preventDefault();
    if (!event.repeat) layer.onFunction?.(event.key as FunctionKey);
    return;
  }
  if (layer.native === true) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    // One window a press: what lies behind this one, such as a drawer of antd's, stays.
    if (layer.onEscape !== undefined) event.stopPropagation();
    forget();
    layer.onEscape?.();
    return;
  }
  const { onScan } = layer;
  // Where no scan is awaited, as at activation, a code may be scanned into a field.
  if (onScan !== undefined && isTakingText(event.target)) {
    if (fieldScan.keydown(event, event.target, onScan)) event.preventDefault();
    if (event.defaultPrevented) return;
  }
  if (!field) {
    const answer = wedge.keydown(event);
    if (answer.type === 'scan') {
      event.preventDefault();
      forget();
      if (layer.onScan === undefined) ignoreScan();
      else layer.onScan(answer.text);
      return;
    }
    if (answer.type === 'broken') {
      event.preventDefault();
      forget();
      if (layer.onScan === undefined) ignoreScan();
      else layer.onBrokenScan?.();
      return;
    }
  }
  if (event.key === 'Enter' || event.key === 'Tab') {
    // Enter right behind the last digit is an answer to what that digit made.
    flushSync(release);
    if (event.key === 'Enter' && !field && !isChosenControl()) {
      event.preventDefault();
      if (!event.repeat) layers.at(-1)?.current.onEnter?.();
    }
    return;
  }
  if (field) return;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) {
    if (layer.onArrow === undefined) return;
    event.preventDefault();
    layer.onArrow(arrow);
    return;
  }
  if (event.key === 'PageUp' || event.key === 'PageDown') {
    if (layer.onPage === undefined) return;
    event.preventDefault();
    layer.onPage(event.key === 'PageUp' ? 'up' : 'down');
    return;
  }
  if (event.key === 'Backspace') {
    event.preventDefault();
    release();
    layer.onErase?.();
    return;
  }
  onCharacter(event);
}

function onCharacter(event: KeyboardEvent): void {
  const character = characterOf(event);
  if (character === null) return;
  if (character === ' ' && isChosenControl()) return;
  event.preventDefault();
  // A key held down repeats as fast as a scanner types, and is no scan.
  if (!event.repeat) hold(character);
}

/** An input method turns keys into `Process`; the key's place on the keyboard stays true. */
function characterOf(event: KeyboardEvent): string | null {
  if (event.key.length === 1) return event.key;
  const place = /^(?:Digit|Numpad)(\d)$|^Key([A-Z])$/.exec(event.code);
  return event.key === 'Process' ? (place?.[1] ?? place?.[2] ?? null) : null;
}

/** A click on a button leaves the focus where it was, so that Enter keeps its meaning on the whole screen. */
function keepFocus(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest('button.key-safe') !== null)
    event.preventDefault();
}

/** A choice made by keyboard gives the focus back to its window, so that Enter means again what is printed there. */
function leaveChoice(event: MouseEvent): void {
  // No finger and no mouse: a click without a place.
  if (event.detail !== 0 || !(event.target instanceof Element)) return;
  if (event.target.closest('button.key-safe.chip') !== null)
    event.target.closest<HTMLElement>('dialog')?.focus();
}

let listening = false;
function listenOnce(): void {
  if (listening) return;
  listening = true;
  window.addEventListener('keydown', onKey, { capture: true });
  window.addEventListener('mousedown', keepFocus, { capture: true });
  window.addEventListener('click', leaveChoice);
}

/** Takes all keys while the component is there; the component that came last comes first. */
export function useKeyLayer(layer: KeyLayer): void {
  const held = useRef(layer);
  useEffect(() => {
    held.current = layer;
  });
  useEffect(() => {
    listenOnce();
    layers.push(held);
    return () => {
      layers.splice(layers.indexOf(held), 1);
    };
  }, []);
}
