import { create } from 'zustand';
import type { CoreLink } from '../../src/contract/terminal/bridge.ts';
import type { CallInput, CallName, CallOutput } from '../../src/contract/terminal/calls.ts';
import { NO_CHECKOUT, NO_SYNC } from '../../src/contract/terminal/empty-state.ts';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type {
  AppState,
  CheckoutState,
  Device,
  RedemptionView,
  SyncState,
} from '../../src/contract/terminal/state.ts';
import { call, listen, listenConnection, type Answer } from './bridge.ts';

/** What the screens paint. The core is the only author; this is its latest word. */
interface TerminalView {
  /** Null until the first snapshot has come. */
  readonly app: AppState | null;
  readonly checkout: CheckoutState;
  readonly sync: SyncState;
  readonly devices: readonly Device[];
  /** The total on the till's customer display; null: none, or it was taken already. */
  readonly tillAmountFen: number | null;
  /** The core answers, and what is shown is its word. While it isn't, what was last known is covered. */
  readonly connected: boolean;
  /** How main and this window's port see the core. */
  readonly link: CoreLink;
  /** The last call that failed, until it is put away. */
  readonly problem: Fault | null;
  /** The last redemption that was shown as accepted, so that the cashier never loses sight of it. */
  readonly lastRedemption: RedemptionView | null;
  /** A restore that was just done, until somebody has read what it brought back and what it lost. */
  readonly restored: CallOutput<'app.restore'> | null;
}

const NOTHING_YET: TerminalView = {
  app: null,
  checkout: NO_CHECKOUT,
  // Nobody is alarmed by a clock that nobody has asked yet.
  sync: { ...NO_SYNC, clock: 'trusted' },
  devices: [],
  tillAmountFen: null,
  connected: false,
  link: 'away',
  problem: null,
  lastRedemption: null,
  restored: null,
};

export const useTerminal = create<TerminalView>(() => NOTHING_YET);

const set = useTerminal.setState;

/** A redemption that this checkout state shows as recorded, or null. */
function recordedIn(checkout: CheckoutState): RedemptionView | null {
  return checkout.step === 'accepted' || checkout.step === 'recorded-not-confirmed'
    ? checkout.redemption
    : null;
}

function takeCheckout(checkout: CheckoutState): void {
  const recorded = recordedIn(checkout);
  set(recorded === null ? { checkout } : { checkout, lastRedemption: recorded });
}

async function takeSnapshot(): Promise<void> {
  const answer = await call('app.snapshot', undefined);
  const { problem, link } = useTerminal.getState();
  // Nothing old may show up again where the core can't say what is true now.
  const connected = link === 'answers';
  if (!answer.ok) {
    set({ problem: answer.fault, checkout: NO_CHECKOUT, connected });
    return;
  }
  const { app, checkout, sync, devices } = answer.output;
  takeCheckout(checkout);
  // The core is back: what said that it was away has said enough.
  set({ app, sync, devices, connected, problem: problem?.code === 'core-stopped' ? null : problem });
  if (app.phase === 'open' && app.user?.role !== 'support') await takeLast();
}

/** The newest redemption, so that it is in sight again after a restart of core or window. */
async function takeLast(): Promise<void> {
  const answer = await call('redemptions.recent', { limit: 1 });
  const last = answer.ok ? answer.output[0] : undefined;
  if (last !== undefined) set({ lastRedemption: last });
}

function takeApp(app: AppState): void {
  const before = useTerminal.getState().app;
  // The training's journal and the real one have nothing in common, so neither has the last redemption.
  const anotherJournal = before !== null && before.training !== app.training;
  const somebodyElse = before !== null && before.user?.id !== app.user?.id;
  set({
    app,
    ...(anotherJournal ? { lastRedemption: null } : {}),
    // What failed for the one before says nothing to the next.
    ...(somebodyElse ? { problem: null } : {}),
  });
  if (app.user === null || app.user.role === 'support') return;
  if (anotherJournal || app.user.id !== before?.user?.id) void takeLast();
}

function takeRedemption(redemption: RedemptionView): void {
  const last = useTerminal.getState().lastRedemption;
  if (last?.epoch === redemption.epoch && last.seq === redemption.seq) set({ lastRedemption: redemption });
}

/** Starts listening to the core; a new snapshot is taken whenever the core comes (back). */
export function connectStore(): () => void {
  const stops = [
    listen('app', takeApp),
    listen('checkout', takeCheckout),
    listen('sync', (sync) => set({ sync })),
    listen('devices', (devices) => set({ devices })),
    listen('redemption', takeRedemption),
    listen('tillAmount', ({ amountFen }) => set({ tillAmountFen: amountFen })),
    listenConnection((link) => {
      // What it answers may be another state than the one on the screen: until then that stays covered.
      set({ link, connected: false });
      if (link === 'answers') void takeSnapshot();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Makes a call; a fault is shown to the person until it is put away or the next call succeeds. */
export async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>> {
  const answer = await call(name, input);
  set({ problem: answer.ok ? null : answer.fault });
  return answer;
}

/** The same for callers that show the fault themselves, beside the field it belongs to. */
export async function askQuietly<N extends CallName>(
  name: N,
  input: CallInput<N>,
): Promise<{ readonly output: CallOutput<N> | null; readonly fault: Fault | null }> {
  const answer = await call(name, input);
  return answer.ok ? { output: answer.output, fault: null } : { output: null, fault: answer.fault };
}

export function putProblemAway(): void {
  set({ problem: null });
}

/** A restore was done: the app goes on at once, but what it did stays to be read; null: it was. */
export function showRestored(restored: CallOutput<'app.restore'> | null): void {
  set({ restored });
}

/** The till's total was taken for a purchase: it is not offered for the next one. */
export function tillAmountTaken(): void {
  set({ tillAmountFen: null });
}
