import { useSyncExternalStore } from 'react';
import type { CheckoutState } from '../../src/contract/terminal/state.ts';
import { listen } from './bridge.ts';
import acceptedUrl from './sounds/accepted.wav';
import refusedUrl from './sounds/refused.wav';
import unknownUrl from './sounds/unknown.wav';

/** What the cashier can hear without looking: see scripts/sounds.ts for how they sound. */
export const SOUND_NAMES = ['accepted', 'refused', 'unknown'] as const;
export type SoundName = (typeof SOUND_NAMES)[number];

const URLS: Readonly<Record<SoundName, string>> = {
  accepted: acceptedUrl,
  refused: refusedUrl,
  unknown: unknownUrl,
};

/** A new window is loud enough for a shop; 0 is mute. In hundredths, kept on this PC. */
const DEFAULT_VOLUME = 80;
export const VOLUME_STEP = 20;
const STORED_AS = 'volume';

let volume = storedVolume();
const listeners = new Set<() => void>();
const players = new Map<SoundName, HTMLAudioElement>();

function storedVolume(): number {
  try {
    const stored = Number(window.localStorage.getItem(STORED_AS) ?? DEFAULT_VOLUME);
    return Number.isInteger(stored) && stored >= 0 && stored <= 100 ? stored : DEFAULT_VOLUME;
  } catch {
    return DEFAULT_VOLUME;
  }
}

/** Sets the volume, 0 (mute) to 100, for this PC. */
export function setVolume(next: number): void {
  volume = Math.min(100, Math.max(0, Math.round(next)));
  try {
    window.localStorage.setItem(STORED_AS, String(volume));
  } catch {
    // A full disk: it holds until the window is closed.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The volume, 0 (mute) to 100. */
export function useVolume(): number {
  return useSyncExternalStore(subscribe, () => volume);
}

/** Plays a sound from its beginning. `failed`: there is no sound device, or the file is broken. Never throws. */
export async function playSound(name: SoundName): Promise<'played' | 'muted' | 'failed'> {
  if (volume === 0) return 'muted';
  const player = players.get(name) ?? new Audio(URLS[name]);
  players.set(name, player);
  player.volume = volume / 100;
  player.currentTime = 0;
  return player.play().then(
    () => 'played' as const,
    () => 'failed' as const,
  );
}

/**
 * The sound of a new state of the checkout; null: none. Every refusal sounds, also a second one in a row: it is
 * the answer to another scan. An acceptance sounds once, however often its settlement repaints it.
 */
export function soundOf(before: CheckoutState | null, after: CheckoutState): SoundName | null {
  switch (after.step) {
    case 'refused':
    case 'failed':
      return 'refused';
    case 'accepted':
      return before?.step === 'accepted' && isSameRedemption(before, after) ? null : 'accepted';
    case 'recorded-not-confirmed':
    case 'unknown':
      return before?.step === after.step ? null : 'unknown';
    case 'ready':
    case 'amount-needed':
    case 'decided':
    case 'asking':
    case 'confirming':
      return null;
  }
}

type Accepted = Extract<CheckoutState, { readonly step: 'accepted' }>;

function isSameRedemption({ redemption: a }: Accepted, { redemption: b }: Accepted): boolean {
  return a.epoch === b.epoch && a.seq === b.seq;
}

/** Rings at every verdict from now on. Returns how to end that. */
export function startSounds(): () => void {
  let before: CheckoutState | null = null;
  return listen('checkout', (state) => {
    const name = soundOf(before, state);
    before = state;
    if (name !== null) void playSound(name);
  });
}
