import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519PublicKey } from '../contract/clearing/envelope.ts';
import type { Hang } from '../contract/terminal/heartbeat.ts';
import type { UpdateNotice } from '../contract/terminal/shell.ts';
import type { CallInput, CallOutput, EventName, EventPayload } from '../contract/terminal/calls.ts';
import type { Fault } from '../contract/terminal/errors.ts';
import type { AppState, Device } from '../contract/terminal/state.ts';
import { activate } from './activation.ts';
import { appStateOf } from './app-state.ts';
import { ANY_PIN, scryptPins } from './access/pin.ts';
import { looksLikePinReset } from '../contract/clearing/pin-reset.ts';
import { openTraining, type Training } from './training/training.ts';
import { coreHandlers } from './core-calls.ts';
import type { Channel } from './channels.ts';
import { startDeviceHub, type DeviceHub } from './devices/hub.ts';
import { liveDiagnosis } from './devices/live-diagnosis.ts';
import { createDispatcher } from './dispatcher.ts';
import { NO_CHECKOUT, NO_SYNC } from '../contract/terminal/empty-state.ts';
import { faultOf, FaultError } from './fault-error.ts';
import { restorePlan, restoreTerminal } from './care/restore.ts';
import { pinPepper, type HostSecrets } from './host-secrets.ts';
import { ANY_HOST, hasIdentity, readIdentity } from './identity.ts';
import { withFaults } from './journal/errors.ts';
import { FILES } from './journal/storage.ts';
import { applySeedSettings, removeSecrets, waitingSeed, type Seed } from './seed.ts';
import { createIdleLock } from './access/idle-lock.ts';
import { catchesUp } from './life-signs.ts';
import { PLAIN_TRANSPORT } from './sync/transport.ts';
import { openTill, type OpenTill } from './open-till.ts';
import { readSettings, writeDeviceSettings, type Settings } from './settings.ts';
import { createTillInterface } from './till/interface.ts';
import { mayUpdate } from './updates.ts';

export interface CoreOptions {
  readonly dataFolder: string;
  readonly version: string;
  /** Main starts the core again after an accident: whoever was signed in still is. */
  readonly resume: boolean;
  readonly log: (line: string) => void;
  /** Left out: no secret store, any PC. */
  readonly host?: HostSecrets;
  /** The installer's file; used only before activation. */
  readonly seedFile?: string;
}

export interface Core {
  connect(channel: Channel): void;
  disconnect(channel: Channel): void;
  receive(channel: Channel, data: unknown): void;
  stop(): Promise<void>;
  /** Where new versions come from; null: nowhere. */
  updateUrl(): string | null;
  /** What keeps it from working; null: nothing. */
  faultCode(): string | null;
  mayUpdate(closing: boolean): boolean;
  showUpdate(notice: UpdateNotice | null): void;
  /** The core before this one hung and was ended: for whoever looks into the journal. */
  noteHung(why: Hang): void;
}

/** Faults of disk and folder that pass by themselves, and how often that is tried. */
const MENDS_ITSELF: ReadonlySet<Fault['code']> = new Set([
  'disk-full',
  'journal-file-unusable',
  'data-folder-unwritable',
  'data-folder-in-use',
]);
const RETRY_OPEN_MS = 5_000;

/** How many lines of the log support's bundle may show. */
const MAX_LOG_LINES = 2000;

/** A log whose newest lines are kept, for support's bundle. */
function keptLog(
  write: (line: string) => void,
): Pick<CoreOptions, 'log'> & { readonly logLines: readonly string[] } {
  const logLines: string[] = [];
  const log = (line: string): void => {
    logLines.push(`${new Date().toISOString()} ${line}`);
    if (logLines.length > MAX_LOG_LINES) logLines.shift();
    write(line);
  };
  return { log, logLines };
}

/**
 * Wires everything that must not be lost, and tells every window what happens. A fault that keeps the terminal
 * from working (settings, database, disk) is a state to show, not a reason to end.
 */
export function startCore(options: CoreOptions): Core {
  const { dataFolder, version, resume, host = ANY_HOST } = options;
  const { log, logLines } = keptLog(options.log);
  const tillInterface = createTillInterface(log, () => tellApp());
  const channels = new Set<Channel>();
  let settings: Settings | null = null;
  let fault: Fault | null = null;
  let till: OpenTill | null = null;
  let hub: DeviceHub | null = null;
  let language: AppState['language'] = 'zh';
  let activating = false;
  let restoring = false;
  let training: Training | null = null;
  /** A window fills a form in: what is scanned belongs there. */
  let formOpen = false;
  let seed: Seed | null = null;
  let update: UpdateNotice | null = null;
  let retry: NodeJS.Timeout | undefined;
  const pins = scryptPins(pinPepper(host));

  function emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const channel of channels) channel.post({ type: 'event', name, payload });
  }

  function fail(error: unknown): void {
    fault = faultOf(error);
    log(`cannot work: ${fault.code} ${JSON.stringify(fault.params)}`);
    if (fault.code === 'internal' && error instanceof Error) log(error.stack ?? '');
    clearTimeout(retry);
    if (MENDS_ITSELF.has(fault.code)) retry = setTimeout(tryAgain, RETRY_OPEN_MS);
  }

  /** A disk with room again, or a folder that nobody else uses any more: the counter goes on without a technician. */
  function tryAgain(): void {
    fault = null;
    if (hub === null) start();
    else reopen();
    tellEverything();
  }

  const appState = (): AppState =>
    appStateOf({ till, fault, training, language, version, seed, update, tillInterface, mayActivate });
  const allDevices = (): readonly Device[] => hub?.devices() ?? [];
  const tellDevices = (): void => {
    emit('devices', allDevices());
    if (training === null) till?.notes.devices(allDevices());
  };
  const tellApp = (): void => emit('app', appState());

  /** Only where nothing was ever activated: an identity or a journal that is there stays what it is. */
  const mayActivate = (): boolean =>
    !existsSync(join(dataFolder, FILES.database)) && !hasIdentity(dataFolder);

  /** `by`: who is signed in already, and may have changed settings in a training. */
  function open(by: string | null = null): void {
    const identity = training?.identity ?? readIdentity(dataFolder, host);
    if (identity === null) {
      if (mayActivate()) return;
      throw new FaultError('identity-missing', { path: dataFolder });
    }
    const rootKeys = new Map([[identity.rootKey.keyId, ed25519PublicKey(identity.rootKey.publicKey)]]);
    till = openTill({
      folder: training?.folder ?? dataFolder,
      identity,
      pins: training === null ? pins : ANY_PIN,
      transport: settings?.clearing ?? PLAIN_TRANSPORT,
      ...(training === null ? {} : { http: training.http }),
      rootKeys,
      archiveAfterMonths: settings?.archive.afterMonths ?? null,
      log,
      onCheckout: (state) => emit('checkout', state),
      onSync: (state) => emit('sync', state),
      onRedemption: (view) => emit('redemption', view),
      printer: () => openedHub().printer(),
      onStore: tellApp,
      devices: allDevices,
      version,
      logLines: () => logLines,
    });
    noteSettings(by);
    tellDevices();
    if (resume) till.access.resume();
  }

  const noteSettings = (by: string | null): void => {
    if (training === null) till?.notes.settings(() => readSettings(dataFolder), by);
  };

  function start(): void {
    try {
      seed = waitingSeed(dataFolder, options.seedFile);
      if (seed !== null) applySeedSettings(dataFolder, seed);
      settings = readSettings(dataFolder);
      language = settings.language;
      open();
    } catch (error) {
      fail(error);
      return;
    }
    openTillInterface();
    hub = startDeviceHub({
      // After an accident somebody stands there with a customer.
      atOnce: resume,
      settings: settings.devices,
      folder: dataFolder,
      nowMs: () => Date.now(),
      origin: appState,
      onScan: (text) => {
        idle.touch(null);
        if (catchesUp()) emit('scanIgnored', { reason: 'stalled' });
        else scan(text);
      },
      onChange: tellDevices,
      onTest: (test) => {
        if (till?.access.current()?.role === 'support') emit('scanTest', test);
      },
      onTillAmount: (amountFen) => emit('tillAmount', { amountFen }),
      save: (changed) => {
        writeDeviceSettings(dataFolder, changed);
        noteSettings(till?.access.current()?.id ?? null);
      },
      diagnose: (seen) => liveDiagnosis({ folder: dataFolder, till, fault, ...seen }),
      log,
    });
  }

  async function activateOnce(input: CallInput<'app.activate'>): Promise<void> {
    if (till !== null || activating || !mayActivate()) throw new FaultError('already-activated');
    activating = true;
    try {
      const code = input.activationCode ?? seed?.clearing.activationCode ?? null;
      if (code === null) throw new FaultError('activation-code-refused', { reason: 'no-seed' });
      const transport = settings?.clearing ?? PLAIN_TRANSPORT;
      await activate(
        dataFolder,
        { ...input, activationCode: code },
        { softwareVersion: version, host, transport },
      );
      open();
      openedTill().sync.now();
    } finally {
      activating = false;
    }
    if (seed !== null && options.seedFile !== undefined && !removeSecrets(options.seedFile, seed))
      log(`the secrets in ${options.seedFile} could not be removed: please delete the file`);
    seed = null;
    openTillInterface();
    tellEverything();
  }

  function openTillInterface(): void {
    if (settings !== null && till !== null) tillInterface.open(settings.till, till.tillCheckout);
  }

  /** Signing out ends a training too: PINs are checked only against the real journal. */
  async function signOut(automatic: boolean): Promise<void> {
    formOpen = false;
    openedTill().checkout.leave();
    if (training !== null) await setTraining(false);
    openedTill().access.signOut(automatic);
    tellApp();
  }

  function scan(text: string): void {
    try {
      if (looksLikePinReset(text)) {
        till?.pinResets.use(text);
        tellApp();
        return;
      }
      if (formOpen) emit('formScan', { text });
      else takeScan(text);
    } catch (error) {
      log(`a scan failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  function takeScan(text: string): void {
    const role = till?.access.current()?.role ?? null;
    if (till !== null && role !== 'support' && !till.checkout.scan(text))
      emit('scanIgnored', { reason: role === null ? 'nobody' : 'busy' });
  }

  /**
   * Changes between the real journal and the training's. The people and who is signed in come along, their PINs
   * don't; back in the real journal everything is as it was left.
   */
  async function setTraining(on: boolean): Promise<void> {
    const current = openedTill();
    if ((training !== null) === on) return;
    const identity = readIdentity(dataFolder, host);
    if (identity === null || (on && !current.checkout.state().can.atRest))
      throw new FaultError('training-not-now');
    // Whatever fails here leaves the real journal as it is open now.
    const begun = on ? withFaults(() => openTraining(dataFolder, identity, () => Date.now())) : null;
    const people = current.access.users();
    const signedIn = current.access.current();
    await tillInterface.close();
    till = null;
    await current.close();
    training = begun;
    try {
      if (!on) reopen(signedIn?.id);
      else {
        open(signedIn?.id);
        openedTill().access.takeOver(people, signedIn);
      }
    } catch (error) {
      await leaveFailedTraining();
      throw error;
    } finally {
      tellEverything();
    }
  }

  /** A training that can't be opened: back to the real journal, where everything is as it was. */
  async function leaveFailedTraining(): Promise<void> {
    const failed = till;
    till = null;
    training = null;
    await failed?.close();
    reopen();
  }

  /** The real journal, after a training or a fault: whoever was signed in still is. A fault is shown, not thrown. */
  function reopen(by: string | null = null): void {
    try {
      open(by);
      till?.access.resume();
      openTillInterface();
    } catch (error) {
      fail(error);
    }
  }

  function tellEverything(): void {
    const { app, checkout, sync } = snapshot();
    emit('app', app);
    emit('checkout', checkout);
    emit('sync', sync);
  }

  function openedTill(): OpenTill {
    if (till === null) throw new FaultError('not-activated');
    return till;
  }

  function openedHub(): DeviceHub {
    // Settings that can't be read keep everything else from being opened too.
    if (hub === null) throw new FaultError('settings-unreadable', fault?.params ?? {});
    return hub;
  }

  async function restoreOnce(input: CallInput<'app.restore'>): Promise<CallOutput<'app.restore'>> {
    if (!restorePlan(dataFolder, fault).possible || restoring) throw new FaultError('restore-not-possible');
    restoring = true;
    try {
      const restored = await restoreTerminal({
        ...input,
        folder: dataFolder,
        softwareVersion: version,
        host,
        transport: settings?.clearing ?? PLAIN_TRANSPORT,
      });
      fault = null;
      start();
      return restored;
    } finally {
      restoring = false;
      tellEverything();
    }
  }

  const snapshot = (): CallOutput<'app.snapshot'> => ({
    app: appState(),
    checkout: till?.checkout.state() ?? NO_CHECKOUT,
    sync: till?.sync.state() ?? NO_SYNC,
    devices: allDevices(),
  });

  const handlers = coreHandlers({
    till: openedTill,
    hub: openedHub,
    training: () => training,
    snapshot,
    activate: activateOnce,
    restorePlan: () => restorePlan(dataFolder, fault),
    restore: restoreOnce,
    setLanguage: (chosen) => {
      language = chosen;
    },
    fillForm: (isOpen) => {
      formOpen = isOpen;
    },
    takeScan,
    signOut: () => signOut(false),
    setTraining,
    tellApp,
  });
  const dispatch = createDispatcher(handlers, () => till?.access.current() ?? null, log);
  start();
  const lockAfterMinutes = (): number | undefined => settings?.access.lockAfterMinutes;
  const idle = createIdleLock(lockAfterMinutes(), () => {
    if ((till?.access.current() ?? null) === null) return;
    log('nobody has touched anything for a while: signed out');
    signOut(true).catch((error: unknown) => log(`could not sign out: ${String(error)}`));
  });

  return {
    connect: (channel) => void channels.add(channel),
    disconnect: (channel) => {
      channels.delete(channel);
      formOpen = false;
    },
    receive(channel, data) {
      idle.touch(data);
      void dispatch(data).then((answer) => {
        if (answer !== null && channels.has(channel)) channel.post(answer);
      });
    },
    updateUrl: () => settings?.updates?.url ?? null,
    faultCode: () => fault?.code ?? null,
    mayUpdate: (closing) =>
      !activating && !restoring && mayUpdate(appState(), till?.checkout.state() ?? NO_CHECKOUT, closing),
    showUpdate(notice) {
      update = notice;
      if (notice !== null && training === null) till?.notes.update(notice);
      tellApp();
    },
    noteHung: (why) => till?.notes.hung(why),
    async stop() {
      idle.stop();
      clearTimeout(retry);
      await tillInterface.close();
      await hub?.stop();
      await till?.close();
      till = null;
    },
  };
}
