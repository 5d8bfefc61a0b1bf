import type { CallName, CallOutput } from '../contract/terminal/calls.ts';
import type { AppState } from '../contract/terminal/state.ts';
import { vehicleOf } from './checkout/vehicle.ts';
import type { DeviceHub } from './devices/hub.ts';
import type { Handlers } from './dispatcher.ts';
import { FaultError } from './fault-error.ts';
import type { OpenTill } from './open-till.ts';
import type { Training } from './training/training.ts';

/** What the calls act on. The core owns it, and which till is open. */
export interface CoreParts {
  /** The till that is open now. Throws `not-activated`. */
  readonly till: () => OpenTill;
  /** Throws `settings-unreadable`. */
  hub(): DeviceHub;
  /** Null outside of training. */
  training(): Training | null;
  snapshot(): CallOutput<'app.snapshot'>;
  readonly activate: Handlers['app.activate'];
  readonly restorePlan: Handlers['app.restorePlan'];
  readonly restore: Handlers['app.restore'];
  setLanguage(language: AppState['language']): void;
  /** Until it is closed again, scans go to the form that a window fills in. */
  fillForm(isOpen: boolean): void;
  /** A code that was read: to the purchase at hand, or a word to the windows that it wasn't used. */
  takeScan(text: string): void;
  signOut(): Promise<void>;
  setTraining(on: boolean): Promise<void>;
  /** Tells every window the state of the app. */
  readonly tellApp: () => void;
}

/** Calls that the open till answers by itself. */
const TILL_CALLS = [
  'redemptions.reverse',
  'redemptions.unsent',
  'receipt.reprint',
  'receipt.shift',
  'shift.open',
  'shift.report',
  'shift.close',
  'manager.range',
  'manager.redemptions',
  'manager.redemption',
  'manager.returnPreview',
  'manager.return',
  'manager.reconcile',
  'manager.shifts',
  'manager.export',
  'manager.users',
  'support.status',
  'support.backUp',
  'support.setBackUp',
  'support.changes',
  'support.folders',
  'support.exportUnsent',
  'support.sealedFiles',
  'support.forwardSealed',
  'support.archive',
  'support.bundlePreview',
  'support.writeBundle',
] as const satisfies readonly CallName[];

/** Calls that the devices' hub answers by itself. */
const HUB_CALLS = [
  'devices.settings',
  'devices.save',
  'devices.diagnose',
  'printer.preview',
  'printer.test',
  'printer.waiting',
  'printer.printWaiting',
  'printer.discard',
] as const satisfies readonly CallName[];

/** Handlers that pass each call on to whoever answers at that moment: till and hub come and go. */
function passedOn<N extends CallName>(
  names: readonly N[],
  target: () => Pick<Handlers, N>,
): Pick<Handlers, N> {
  const handlers = names.map((name) => {
    // The dispatcher parsed the input for this very name; the compiler can't follow a name to its type.
    const handler = (input: unknown): unknown => (target()[name] as (input: unknown) => unknown)(input);
    return [name, handler] as const;
  });
  return Object.fromEntries(handlers) as Pick<Handlers, N>;
}

/** One handler for each call of the contract. */
export function coreHandlers(core: CoreParts): Handlers {
  const { till, tellApp } = core;
  return {
    ...passedOn(TILL_CALLS, () => till().handlers),
    ...passedOn(HUB_CALLS, () => core.hub().handlers),
    'app.snapshot': () => core.snapshot(),
    'app.activate': core.activate,
    'app.restorePlan': core.restorePlan,
    'app.restore': core.restore,
    'app.setLanguage': ({ language }) => {
      core.setLanguage(language);
      tellApp();
    },
    'access.signIn': async ({ userId, pin }) => {
      await till().access.signIn(userId, pin);
      tellApp();
    },
    'access.signOut': () => core.signOut(),
    'access.useResetCode': ({ code }) => {
      till().pinResets.use(code);
      tellApp();
    },
    'access.resetPin': async ({ pin }) => {
      await till().pinResets.finish(pin);
      tellApp();
    },
    'access.cancelReset': () => {
      till().pinResets.cancel();
      tellApp();
    },
    'training.enter': () => core.setTraining(true),
    'training.leave': () => core.setTraining(false),
    'training.vouchers': () => {
      const training = core.training();
      if (training === null) throw new FaultError('training-not-now');
      return training.vouchers(till().campaigns());
    },
    'support.retire': ({ reason, exported }) => {
      if (core.training() !== null) throw new FaultError('training-not-now');
      till().retire(reason, exported);
      tellApp();
    },
    'checkout.setAmount': ({ amountFen }) => till().checkout.setAmount(amountFen),
    'checkout.setReceipt': ({ receiptNumber }) => till().checkout.setReceipt(receiptNumber),
    'checkout.setVehicle': ({ vehicle }) => till().checkout.setVehicle(vehicleOf(vehicle)),
    'checkout.fillForm': ({ open }) => core.fillForm(open),
    'checkout.scan': ({ text }) => core.takeScan(text),
    'checkout.confirm': ({ decisionId }) => till().checkout.confirm(decisionId),
    'checkout.query': ({ authorisationId }) => till().checkout.query(authorisationId),
    'checkout.acknowledge': () => till().checkout.acknowledge(),
    'checkout.cancel': () => till().checkout.cancel(),
    'redemptions.recent': ({ limit }) => till().recent(limit),
    'sync.now': () => till().sync.now(),
    'manager.addUser': async (input) => {
      await till().handlers['manager.addUser'](input);
      tellApp();
    },
    'manager.setPin': async (input) => {
      await till().handlers['manager.setPin'](input);
      tellApp();
    },
  };
}
